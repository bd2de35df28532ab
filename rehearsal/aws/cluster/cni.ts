import { field, type Kube, type KubeObject } from "./kube";

/** DaemonSets that put a CNI on every node. */
export const cniNames = ["aws-node", "cilium", "calico-node"] as const;

/** `cilium-eni` is Cilium when it gives pods addresses of the VPC. */
export type Cni = (typeof cniNames)[number] | "cilium-eni";

/** What networks the nodes; undefined when nothing does, and nodes then stay NotReady. */
export async function findCni(kube: Kube): Promise<Cni | undefined> {
  const sets = (await kube.list("apps/v1", "DaemonSet")).map(({ metadata }) => metadata.name);
  const cni = cniNames.find((name) => sets.includes(name));
  if (cni !== "cilium") return cni;
  const map = await kube.get(ciliumConfig);
  return map && field<{ ipam: string }>(map, "data").ipam === "eni" ? "cilium-eni" : "cilium";
}

/** Addresses that a CNI gives to pods node by node. */
export interface PodPool {
  readonly cidr: string;
  /** Of a node's piece. */
  readonly prefix: number;
}

/** What Calico gives a node at a time (Calico docs, IPPool, blockSize). */
const calicoBlock = 26;

/** The pool of an overlay, as its CNI was told; undefined where pods have addresses of the VPC. */
export async function podPool(kube: Kube): Promise<PodPool | undefined> {
  const map = await kube.get(ciliumConfig);
  const data = map ? field<Record<string, string>>(map, "data") : {};
  const [cidr] = (data["cluster-pool-ipv4-cidr"] ?? "").split(" ");
  // With AWS's CNI underneath only agents have addresses of the pool.
  if (cidr && !data["cni-chaining-mode"]) return { cidr, prefix: Number(data["cluster-pool-ipv4-mask-size"] ?? 24) };
  const pools = await kube.list("crd.projectcalico.org/v1", "IPPool");
  const [open] = pools
    .map((pool) => field<{ cidr: string; disabled: boolean }>(pool, "spec"))
    .filter(({ disabled }) => !disabled);
  return open?.cidr ? { cidr: open.cidr, prefix: calicoBlock } : undefined;
}

/** Tags of the interfaces that the CNI attaches for pods, as it was told. */
export async function podInterfaceTags(kube: Kube): Promise<Record<string, string>> {
  const map = await kube.get(ciliumConfig);
  const cilium = map && field<Record<string, string>>(map, "data")["eni-tags"];
  if (cilium) return JSON.parse(cilium);
  const agent = await kube.get(awsNode);
  return JSON.parse((agent && variable(agent, "ADDITIONAL_ENI_TAGS")) ?? "{}");
}

/** MTU that AWS's CNI gives, in bytes. */
export interface CniMtu {
  /** Of nodes' interfaces. */
  readonly node: number;
  /** Of pods' interfaces. */
  readonly pod: number;
}

/** What AWS gives every interface (EC2 user guide, network_mtu). */
const jumbo = 9001;

/** As the agent was told (VPC CNI, README: AWS_VPC_ENI_MTU, and POD_MTU, which is the former's value by default). */
export async function cniMtu(kube: Kube): Promise<CniMtu> {
  const agent = await kube.get(awsNode);
  const node = Number((agent && variable(agent, "AWS_VPC_ENI_MTU")) ?? jumbo);
  return { node, pod: Number((agent && variable(agent, "POD_MTU")) ?? node) };
}

const awsNode = { apiVersion: "apps/v1", kind: "DaemonSet", namespace: "kube-system", name: "aws-node" };

const ciliumConfig = { apiVersion: "v1", kind: "ConfigMap", namespace: "kube-system", name: "cilium-config" };

interface Template {
  readonly template: {
    readonly spec: { readonly containers: readonly { readonly env?: { name: string; value?: string }[] }[] };
  };
}

function variable(workload: KubeObject, name: string): string | undefined {
  const containers = field<Template>(workload, "spec").template?.spec.containers ?? [];
  return containers.flatMap(({ env = [] }) => env).find((each) => each.name === name)?.value;
}
