import { controlPlaneName, expansionGateway, registryNamespace } from "../../components/backends/calisti/names";
import { istioNamespace } from "../../components/backends/common/istio/names";
import { deployment, running } from "../common/workloads";

/** The operator and what it starts, and the cluster registry. */
export const calistiRunning = running({
  id: "calisti-running",
  expects: "the operator, what it starts and the cluster registry run",
  namespaces: [istioNamespace, registryNamespace],
  needed: () => [
    deployment(istioNamespace, "istio-operator"),
    deployment(istioNamespace, `istiod-${controlPlaneName}`),
    deployment(istioNamespace, expansionGateway),
    deployment(registryNamespace, "cluster-registry-controller"),
  ],
});
