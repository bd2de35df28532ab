/** Questions about the credentials with which one cluster reads another. */
import { type KubeClient, KubeError } from "../kube/client";
import { type Access, mayDo } from "./access";
import type { LiveCluster } from "./check";

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: { readonly server: string } }[];
}

/** What a peer's reader must never be allowed. */
const forbidden: readonly Access[] = [
  { verb: "create", resource: "services", group: "" },
  { verb: "delete", resource: "pods", group: "" },
  { verb: "update", resource: "secrets", group: "" },
  { verb: "create", resource: "deployments", group: "apps" },
  { verb: "create", resource: "clusterrolebindings", group: "rbac.authorization.k8s.io" },
];

/** What a reader of a peer must be allowed, and must not. */
export interface ReaderRights {
  /** Without one of these its owner does not learn of the peer's pods. Everywhere, unless a namespace is given. */
  readonly must: readonly Access[];
  /** Besides what no reader may. */
  readonly mustNot?: readonly Access[];
}

/** Reading all of a kind, now and as it changes. */
export function reading(group: string, ...resources: readonly string[]): Access[] {
  return resources.flatMap((resource) => ["list", "watch"].map((verb) => ({ verb, resource, group })));
}

interface Reading {
  /** For a verdict; all undefined when nothing is wrong. */
  readonly problems: readonly (string | undefined)[];
  /** How many Services of the peer it sees. */
  readonly services: number;
}

/**
 * Uses a kubeconfig (JSON) as its owner would: it lists Services on the peer's API server, may read what its owner needs,
 * and may not write there.
 */
export async function readAs(
  kubeconfig: string,
  peer: LiveCluster,
  { must, mustNot = [] }: ReaderRights,
): Promise<Reading> {
  const server = (JSON.parse(kubeconfig) as Kubeconfig).clusters[0]?.cluster.server;
  const reader = peer.connect(kubeconfig);
  const services = (await reader.list("v1", "Service")).length;
  const lacks = await lackedBy(reader, must);
  const writes = await Promise.all(
    [...forbidden, ...mustNot].map(async (access) =>
      (await mayDo(reader, { ...access, namespace: "default" }))
        ? `it may ${access.verb} ${access.resource}`
        : undefined,
    ),
  );
  const refused = await writeRefused(reader);
  return {
    services,
    problems: [
      server === peer.endpoint ? undefined : `it leads to ${server}, the peer is ${peer.endpoint}`,
      services === 0 ? "it sees no Service, not even that of the API server" : undefined,
      ...lacks,
      ...writes,
      refused ? undefined : "a write with it went through",
    ],
  };
}

/** What somebody must be allowed and is not, in words. */
export async function lackedBy(kube: Pick<KubeClient, "create">, must: readonly Access[]): Promise<string[]> {
  const asked = await Promise.all(must.map(async (access) => ({ access, may: await mayDo(kube, access) })));
  return asked.flatMap(({ access, may }) => (may ? [] : [`it may not ${access.verb} ${access.resource}`]));
}

/** Tries a write that would leave nothing behind. */
async function writeRefused(reader: Pick<KubeClient, "apply">): Promise<boolean> {
  try {
    await reader.apply(
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "lab-check", namespace: "default" } },
      { fieldManager: "lab-check", dryRun: true },
    );
    return false;
  } catch (error) {
    if (error instanceof KubeError && error.status === 403) return true;
    throw error;
  }
}
