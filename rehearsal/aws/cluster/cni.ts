import { field, type Kube } from "./kube";

/** DaemonSets that put a CNI on every node. */
export const cniNames = ["aws-node", "cilium", "calico-node"] as const;

/** `cilium-eni` is Cilium when it gives pods addresses of the VPC. */
export type Cni = (typeof cniNames)[number] | "cilium-eni";

/** What networks the nodes; undefined when nothing does, and nodes then stay NotReady. */
export async function findCni(kube: Kube): Promise<Cni | undefined> {
  const sets = (await kube.list("apps/v1", "DaemonSet")).map(({ metadata }) => metadata.name);
  const cni = cniNames.find((name) => sets.includes(name));
  if (cni !== "cilium") return cni;
  const map = await kube.get({ apiVersion: "v1", kind: "ConfigMap", namespace: "kube-system", name: "cilium-config" });
  return map && field<{ ipam: string }>(map, "data").ipam === "eni" ? "cilium-eni" : "cilium";
}
