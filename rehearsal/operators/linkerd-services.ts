/** What Linkerd's mirroring controllers make of a peer's Service, and what they say of it. */
import { field, type KubeObject } from "../aws/cluster/kube";

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
}

/** A Link, as far as it says what is mirrored. */
export interface LinkSpec {
  readonly clusterCredentialsSecret: string;
  readonly selector: Selector;
  readonly remoteDiscoverySelector: Selector;
  readonly federatedServiceSelector: Selector;
}

/** What a Link's status says of one Service of the peer. */
export interface ServiceStatus {
  readonly remoteRef: { readonly name: string; readonly namespace?: string | undefined };
  readonly conditions: readonly [Condition];
}

interface Condition {
  readonly type: "Mirrored";
  readonly status: "True" | "False";
  /** ISO time; the Link's definition demands it. */
  readonly lastTransitionTime?: string;
}

/** All that a Link's status says. */
export type LinkStatus = Readonly<Record<string, readonly ServiceStatus[]>>;

/** What to list by. */
export function optionsOf({ matchLabels = {} }: Selector) {
  return {
    labelSelector: Object.entries(matchLabels)
      .map(([key, value]) => `${key}=${value}`)
      .join(","),
  };
}

/** A Service without pods, under a name with the peer's behind it. */
export function mirrorService(remote: KubeObject, peer: string): KubeObject {
  return serviceOf(remote, peer, {
    labels: { "mirror.linkerd.io/mirrored-service": "true", "mirror.linkerd.io/cluster-name": peer },
    annotations: {
      "mirror.linkerd.io/remote-svc-fq-name": `${remote.metadata.name}.${remote.metadata.namespace}.svc.cluster.local`,
    },
  });
}

/**
 * A Service for all members of its name.
 *
 * @param remote members in peers, as `NAME@CLUSTER`
 * @param local name of the member of the own cluster
 */
export function federatedService(member: KubeObject, remote: readonly string[], local?: string): KubeObject {
  return serviceOf(member, "federated", {
    labels: { "mirror.linkerd.io/federated-service": "true" },
    annotations: {
      ...(remote.length > 0 ? { "multicluster.linkerd.io/remote-discovery": remote.join(",") } : {}),
      ...(local ? { "multicluster.linkerd.io/local-discovery": local } : {}),
    },
  });
}

/** @param local what it is here; undefined where its namespace is missing */
export function statusOf({ metadata: { name, namespace } }: KubeObject, local: KubeObject | undefined): ServiceStatus {
  const ref = (metadata: KubeObject["metadata"]) => ({
    // As the definition fills it in.
    group: "core",
    kind: "Service",
    name: metadata.name,
    namespace: metadata.namespace,
  });
  const condition = local
    ? { status: "True" as const, reason: "Mirrored", message: "", localRef: ref(local.metadata) }
    : { status: "False" as const, reason: "MissingNamespace", message: "Namespace does not exist" };
  return {
    conditions: [{ type: "Mirrored", ...condition }],
    ...{ controllerName: "linkerd.io/service-mirror", remoteRef: ref({ name, namespace }) },
  };
}

/** With the time since which each condition is what it is. */
export function timed(status: LinkStatus, before: LinkStatus, now: string): LinkStatus {
  const since = (list: string, { remoteRef, conditions: [condition] }: ServiceStatus) =>
    before[list]?.find(
      (each) =>
        each.remoteRef.name === remoteRef.name &&
        each.remoteRef.namespace === remoteRef.namespace &&
        each.conditions[0].status === condition.status,
    )?.conditions[0].lastTransitionTime ?? now;
  const lists = Object.entries(status).map(([list, services]) => [
    list,
    services.map((each) => ({
      ...each,
      conditions: [{ ...each.conditions[0], lastTransitionTime: since(list, each) }] as const,
    })),
  ]);
  return Object.fromEntries(lists);
}

/** Annotations go along, but for those of the program that made the Service. */
function serviceOf(
  remote: KubeObject,
  suffix: string,
  { labels, annotations }: Readonly<Record<"labels" | "annotations", Readonly<Record<string, string>>>>,
): KubeObject {
  const { name, namespace, annotations: theirs = {} } = remote.metadata;
  const inherited = Object.entries(theirs).filter(([key]) => !key.startsWith("pulumi.com/"));
  const { ports = [] } = field<{ ports: Record<string, unknown>[] }>(remote, "spec");
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: `${name}-${suffix}`,
      ...(namespace ? { namespace } : {}),
      labels: { ...labels },
      annotations: { ...Object.fromEntries(inherited), ...annotations },
    },
    spec: { ports: ports.map(({ nodePort: _nodePort, ...port }) => port) },
  };
}
