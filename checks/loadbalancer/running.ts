import { controllerRelease, entryNamespace } from "../../components/backends/loadbalancer/names";
import { deployment, running } from "../common/workloads";
import { entryService } from "./exports";

/** The ingress controller, where Services are shared by HTTPS; the other load balancers lead to the Services' own pods. */
export const entryRunning = running({
  id: "loadbalancer-running",
  expects: "the ingress controller runs where Services are shared by HTTPS",
  namespaces: [entryNamespace],
  needed: async (cluster) => ((await entryService(cluster)) ? [deployment(entryNamespace, controllerRelease)] : []),
});
