/** Names that the operator and the cluster registry give their parts, or look for. */
import { istioNamespace } from "../common/istio/names";

/** Name of the IstioControlPlane, and with it Istio's revision. */
export const controlPlaneName = "cp-v117x";

/** On a namespace or on a pod: puts a sidecar of this control plane into it. */
export const injectionLabel = { "istio.io/rev": `${controlPlaneName}.${istioNamespace}` } as const;

/** The mesh expansion gateway as the operator names it after the control plane. */
export const expansionGateway = `istio-meshexpansion-${controlPlaneName}`;

/** The Gateway that lets peers in through it, as the operator names it. */
export const crossNetworkGateway = `istio-cross-network-${controlPlaneName}`;

/** Namespace of the cluster registry, where the kubeconfigs of its Cluster objects are too. */
export const registryNamespace = "cluster-registry";

/** The account that the registry's chart makes for its peers. */
export const registryReaderAccount = "cluster-registry-controller-reader";
