import { mtuLabel } from "../../components/plan/mtu";
import type { KubeObject } from "../kube/client";
import { type ClusterCheck, fail, type LiveCluster, skip, verdict } from "./check";

interface DaemonSetSpec {
  readonly template: { readonly spec: { readonly containers: readonly { readonly env?: readonly EnvVar[] }[] } };
}

interface EnvVar {
  readonly name: string;
  readonly value?: string;
}

/** Nodes, and so pods, that began with another MTU than the planned one and keep it: what the CNI is told reaches new ones alone. */
export async function nodesOfOtherMtu({ kube, mtu }: LiveCluster): Promise<string[]> {
  const nodes = (await kube.list("v1", "Node")).filter(isInstance);
  return nodes.flatMap(({ metadata }) => {
    const began = metadata.labels?.[mtuLabel];
    return began === String(mtu.pod)
      ? []
      : [`the node ${metadata.name} began with ${began ?? "an unknown MTU"}, planned is ${mtu.pod}`];
  });
}

/** Not a node for pods that a rehearsal cannot run: it has no network. */
function isInstance({ metadata }: KubeObject): boolean {
  return metadata.labels?.["node.kubernetes.io/exclude-from-external-load-balancers"] === undefined;
}

/** The VPC CNI runs with the planned MTU, for nodes and for pods. */
export const mtuAsPlanned: ClusterCheck = {
  id: "mtu",
  expects: "nodes and pods have the planned MTU",
  ofCluster: async (cluster) => {
    const { kube, mtu, context } = cluster;
    if (context !== undefined) return skip("it was there already, and keeps its own");
    const cni = await kube.get({
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      namespace: "kube-system",
      name: "aws-node",
    });
    if (!cni) return fail("there is no DaemonSet aws-node in kube-system: the VPC CNI is not installed");
    const { containers } = (cni.spec as DaemonSetSpec).template.spec;
    const env = new Map(containers.flatMap((each) => each.env ?? []).map(({ name, value }) => [name, value]));
    const differs = (name: string, planned: number) =>
      env.get(name) !== String(planned) && `${name} is ${env.get(name) ?? "not set"}, planned is ${planned}`;
    return verdict(
      [differs("AWS_VPC_ENI_MTU", mtu.node), differs("POD_MTU", mtu.pod), ...(await nodesOfOtherMtu(cluster))],
      `nodes ${mtu.node}, pods ${mtu.pod} bytes`,
    );
  },
};
