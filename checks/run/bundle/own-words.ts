import type { BackendName } from "../../../components/backends/profiles";

/** A command with which a pod of a backend tells how it is. */
export interface OwnWord {
  readonly namespace: string;
  /** Of the pods that are asked, one of each cluster's. */
  readonly labelSelector: string;
  readonly container: string;
  readonly command: readonly string[];
}

const istiod = (path: string): OwnWord => ({
  namespace: "istio-system",
  labelSelector: "app=istiod",
  container: "discovery",
  command: ["pilot-discovery", "request", "GET", path],
});

const ofIstio = ["/debug/clusterz", "/debug/syncz", "/debug/networkz"].map(istiod);

const cilium = (...command: string[]): OwnWord => ({
  namespace: "kube-system",
  labelSelector: "k8s-app=cilium",
  container: "cilium-agent",
  command: ["cilium-dbg", ...command],
});

/** What each backend is asked for a bundle. Linkerd and Submariner write what they know into objects. */
export const ownWords: Readonly<Record<BackendName, readonly OwnWord[]>> = {
  istio: ofIstio,
  calisti: ofIstio,
  cilium: [cilium("status", "--verbose"), cilium("node", "list"), cilium("service", "list")],
  linkerd: [],
  submariner: [],
  loadbalancer: [],
};
