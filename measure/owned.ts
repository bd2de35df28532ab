import { registryNamespace } from "../components/backends/calisti/names";
import { istioNamespace } from "../components/backends/common/istio/names";
import { controlNamespace, multiclusterNamespace, vizNamespace } from "../components/backends/linkerd/names";
import { entryNamespace } from "../components/backends/loadbalancer/names";
import type { BackendName } from "../components/backends/profiles";
import { brokerNamespace, operatorNamespace } from "../components/backends/submariner/names";
import type { Owned } from "./usage";

const nothing: Owned = { namespaces: [], system: [], containers: [] };

/** What of a cluster is the backend's own, and counts as what it takes. Cilium is the clusters' network too. */
export const ownedBy: Readonly<Record<BackendName, Owned>> = {
  istio: { ...nothing, namespaces: [istioNamespace], containers: ["istio-proxy"] },
  calisti: { ...nothing, namespaces: [istioNamespace, registryNamespace], containers: ["istio-proxy"] },
  linkerd: {
    ...nothing,
    namespaces: [controlNamespace, multiclusterNamespace, vizNamespace],
    containers: ["linkerd-proxy"],
  },
  cilium: { ...nothing, system: ["cilium-", "clustermesh-"] },
  submariner: { ...nothing, namespaces: [operatorNamespace, brokerNamespace, "calico-system", "tigera-operator"] },
  loadbalancer: { ...nothing, namespaces: [entryNamespace] },
};
