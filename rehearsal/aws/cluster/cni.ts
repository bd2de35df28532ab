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

/** Tags of the interfaces that the CNI attaches for pods, as it was told. */
export async function podInterfaceTags(kube: Kube): Promise<Record<string, string>> {
  const map = await kube.get(ciliumConfig);
  const cilium = map && field<Record<string, string>>(map, "data")["eni-tags"];
  if (cilium) return JSON.parse(cilium);
  const agent = await kube.get({
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    namespace: "kube-system",
    name: "aws-node",
  });
  return JSON.parse((agent && variable(agent, "ADDITIONAL_ENI_TAGS")) ?? "{}");
}

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
