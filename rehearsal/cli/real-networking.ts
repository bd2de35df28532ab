/** Which networks of pods real nodes can carry. */
import type { LabPlan } from "../../components/lab/plan";

type Planned = Pick<LabPlan, "config" | "networking">;

/** What real nodes do not carry, and why. */
const obstacles: readonly { readonly applies: (plan: Planned) => boolean; readonly why: string }[] = [
  {
    applies: ({ config }) => config.backend === "istio" && config.istio.dataplane === "ambient",
    why: "istio.dataplane ambient has no real nodes: ztunnel is written in Rust, and its image cannot be made of what this machine has.",
  },
  {
    applies: ({ config }) => config.backend === "submariner",
    why: "The backend submariner has no real nodes yet: Calico is the CNI of its nodes, and these know AWS's and Cilium's.",
  },
  {
    applies: ({ networking }) => networking.cni === "chart" && networking.podAddresses === "vpc",
    why: "cilium.datapath eni has no real nodes: Cilium asks EC2 for addresses, and the emulated one answers no pods.",
  },
  {
    applies: ({ config, networking }) => config.backend === "cilium" && networking.cni === "vpc-cni",
    why: "cilium.datapath chaining has no real nodes: it is chained to AWS's own CNI, whose work these do by another.",
  },
  {
    applies: ({ config, networking }) => config.backend === "cilium" && / and /.test(networking.encapsulation.name),
    why: "cilium.encryption has no real nodes yet: it was not seen on a kernel that has WireGuard, or AES-GCM in IPsec.",
  },
  {
    applies: ({ networking }) => !networking.kubeProxy,
    why: "cilium.kubeProxyReplacement has no real nodes yet: these start kube-proxy by themselves.",
  },
];

/** Why real nodes cannot carry the network of a lab: one sentence. Undefined when they can. */
export function noRealNetworking(plan: Planned): string | undefined {
  return obstacles.find(({ applies }) => applies(plan))?.why;
}
