/**
 * What a change of each setting does to a lab that runs, as data: documents show it, `lasting.ts` refuses by it, and a test
 * compares it with what the program asks for before and after.
 */

/** What a change does. */
export interface Effect {
  /**
   * `in place`: what is there is updated, and things come or go beside it. `replaces`: something is made anew, as the preview
   * says. `refused`: the program stops before anything starts. `none`: nothing on AWS or on a cluster follows from it.
   */
  readonly kind: "in place" | "replaces" | "refused" | "none";
  /** What is updated or replaced, or why it is refused. */
  readonly what: string;
}

const inPlace = (what: string): Effect => ({ kind: "in place", what });
const replaces = (what: string): Effect => ({ kind: "replaces", what });
const refused = (what: string): Effect => ({ kind: "refused", what });

/** By setting, written as in docs/settings.md. */
export const effects: Readonly<Record<string, Effect>> = {
  backend: refused("the clusters' network, names and certificates are made for one backend"),
  clusters: inPlace("a new cluster is built and one that is left out goes; the others are told"),
  "clusters[].name": replaces("the whole cluster; refused with the same `vpcCidr`, because peers have one route to it"),
  "clusters[].region": refused("a cluster does not move"),
  "clusters[].vpcCidr": refused("EKS keeps a cluster in its VPC, and a VPC keeps its network"),
  "clusters[].serviceCidr": refused("EKS fixes it when the cluster is made"),
  "clusters[].podCidr": refused(
    "nodes have their pieces of it already; without effect where pods have addresses of the VPC",
  ),
  "clusters[].zones": refused("the subnets lie in the zones that they were made in"),
  "clusters[].context": inPlace(
    "how the cluster is reached; one of another cluster makes all that is on it anew there, and one in the place of a region is refused",
  ),
  "clusters[].kubeconfig": inPlace("how the cluster is reached"),
  "clusters[].egressCidr": inPlace("access lists, rules and load balancers of the peers"),
  "clusters[].nodeCidr": inPlace("policies of what peers call, with plain load balancers"),
  "clusters[].endpoint": inPlace("the kubeconfigs that peers have of it"),
  "clusters[].gateways": inPlace("the Services by which peers come in, and what peers are told of them"),
  "clusters[].addresses": inPlace("where peers come in"),
  "clusters[].pathMtu": replaces("node groups of clusters that the lab makes, since their MTU is another"),
  labName: refused("EKS clusters keep their names"),
  access: inPlace("access entries come or go"),
  kubernetesVersion: inPlace(
    "control planes and then nodes, one minor version at a time and never back, as EKS has it",
  ),
  "nodes.instanceType": replaces("node groups, the new ones first"),
  "nodes.desired": inPlace("node groups are scaled"),
  "nodes.min": inPlace("node groups are scaled"),
  "nodes.max": inPlace("node groups are scaled"),
  "nodes.capacity": replaces("node groups, the new ones first"),
  interconnect: refused("every route, address and MTU between the clusters follows from it"),
  exposure: replaces("load balancers between clusters, and node groups, since the MTU is another"),
  adminCidrs: inPlace("access lists of API servers and of the demo's front door"),
  "trust.keyAlgorithm": replaces("root, intermediates and leaves"),
  "trust.rootDays": replaces("root, intermediates and leaves"),
  "trust.intermediateDays": replaces("intermediates and leaves"),
  "trust.generation": inPlace(
    "roots come or go, and what is issued is issued anew; one step at a time, any other is refused",
  ),
  "trust.tokens": inPlace("tokens: new ones are made and used, then those before go"),
  "charts.mirror": inPlace("releases are upgraded from there"),
  "images.registry": inPlace("releases and the demo are upgraded, pods start anew"),
  "quotas.securityGroupRules": { kind: "none", what: "it is what the plan is measured by" },
  "quotas.vcpus": { kind: "none", what: "it is what the plan is measured by" },
  tags: inPlace("tags; EKS replaces the nodes one after the other, load balancers keep those that they were made with"),
  "demo.enabled": inPlace("the demo comes or goes"),
  "demo.useCases": replaces("Services that become shared or cease to be; the demo's parts come or go"),
  "demo.front": replaces("Services of what moves; a Redis that moves starts empty unless a copy is there"),
  "demo.back": replaces("Services of what moves"),
  "demo.placement": replaces("Services of what moves; a Redis that moves starts empty unless a copy is there"),
  "demo.affinity": inPlace("the exported Services"),
  "demo.accessControl": inPlace("policies come or go"),
  "istio.model": refused("proxies that run go by the istiod that they began with"),
  "istio.primary": refused("proxies of all clusters have their configuration and certificates from it"),
  "istio.network": refused("proxies that run keep the network that they began with"),
  "istio.dataplane": refused("pods have their proxies already, or none"),
  "istio.ports": inPlace("rules of the nodes' security groups"),
  "istio.exposedHosts": inPlace("the gateway"),
  "linkerd.mode": inPlace("Links and exported Services; the gateways' load balancers come or go"),
  "linkerd.services": inPlace("Links and exported Services; the gateways' load balancers come or go"),
  "linkerd.mirrorInto": inPlace("Links come or go"),
  "linkerd.viz": inPlace("the extension comes or goes"),
  "cilium.datapath": refused("pods have their addresses and their way already"),
  "cilium.encryption": replaces("node groups, since the MTU is another"),
  "cilium.ipsecKey": inPlace("the key is rotated"),
  "cilium.kubeProxyReplacement": refused("connections to Services would break on every node"),
  "cilium.sharing": inPlace("the exported Services"),
  "cilium.hubble": inPlace("the agents' settings and the relay"),
  "cilium.cacheTtl": inPlace("the settings of agents and of the mesh's API server"),
  "cilium.clusterIds": refused(
    "identities and addresses of a cluster's pods carry its number; a new cluster may have one",
  ),
  "submariner.cableDriver": replaces("node groups, since the MTU is another; the tunnels are down meanwhile"),
  "submariner.broker": refused("all members have signed on at it"),
  "submariner.gateways": inPlace("gateway nodes come or go"),
  "submariner.globalnet": refused("exported Services have their addresses already"),
  "submariner.globalNumbers": refused("exported Services have their addresses already; a new cluster may have one"),
  "submariner.presharedKey": inPlace("the key; the tunnels are down until both ends have it"),
  "calisti.exposedHosts": inPlace("the gateway"),
  "calisti.injectedNamespaces": inPlace("namespaces come or go, with all that is in them"),
  "loadbalancer.shared": inPlace("load balancers come or go"),
};
