import { operatorNamespace } from "../../components/backends/submariner/names";
import { daemonSet, deployment, running } from "../common/workloads";

/** The operator and what it starts (submariner-operator, internal/controllers/submariner), and Calico under it. */
export const submarinerRunning = running({
  id: "submariner-running",
  expects: "the operators and what they start run",
  namespaces: [operatorNamespace, "calico-system", "tigera-operator"],
  needed: () => [
    deployment("tigera-operator", "tigera-operator"),
    daemonSet("calico-system", "calico-node"),
    deployment(operatorNamespace, "submariner-operator"),
    daemonSet(operatorNamespace, "submariner-gateway"),
    daemonSet(operatorNamespace, "submariner-routeagent"),
    deployment(operatorNamespace, "submariner-lighthouse-agent"),
    deployment(operatorNamespace, "submariner-lighthouse-coredns"),
  ],
});
