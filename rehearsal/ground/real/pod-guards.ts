/** Whom NetworkPolicies let in, as addresses and ports: what a controller in EKS works out for the agents on the nodes. */
import { field, type KubeObject } from "../../aws/cluster/kube";
import type { Admission, PodGuard } from "../../network/plan/desired";

/** A cluster's objects. */
export interface PolicyObjects {
  readonly pods: readonly KubeObject[];
  readonly namespaces: readonly KubeObject[];
  readonly policies: readonly KubeObject[];
}

/** Of all pods that a policy for incoming traffic selects, by name of their node. Policies for outgoing traffic are not carried. */
export function podGuards({ pods, namespaces, policies }: PolicyObjects): Map<string, PodGuard[]> {
  const running = pods.flatMap((pod) => addressed(pod));
  const guards = new Map<string, PodGuard[]>();
  for (const pod of running) {
    const own = policies.filter((policy) => selects(policy, pod.object));
    if (own.length === 0) continue;
    const admits = own.flatMap((policy) =>
      (field<PolicySpec>(policy, "spec").ingress ?? []).flatMap((rule) =>
        admissions(rule, policy, pod.object, { running, namespaces }),
      ),
    );
    guards.set(pod.node, [...(guards.get(pod.node) ?? []), { address: pod.address, admits }]);
  }
  for (const all of guards.values()) all.sort((a, b) => a.address.localeCompare(b.address));
  return guards;
}

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
    readonly values?: readonly string[];
  }[];
}

interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

interface Port {
  readonly port?: number | string;
  readonly endPort?: number;
  readonly protocol?: "TCP" | "UDP" | "SCTP";
}

interface IngressRule {
  readonly from?: readonly Peer[];
  readonly ports?: readonly Port[];
}

interface PolicySpec {
  readonly podSelector: Selector;
  readonly policyTypes: readonly string[];
  readonly ingress: readonly IngressRule[];
}

interface Addressed {
  readonly object: KubeObject;
  readonly address: string;
  readonly node: string;
}

interface Surroundings {
  readonly running: readonly Addressed[];
  readonly namespaces: readonly KubeObject[];
}

/** Pods with an address of their own. */
function addressed(object: KubeObject): Addressed[] {
  const { hostNetwork, nodeName } = field<{ hostNetwork: boolean; nodeName: string }>(object, "spec");
  const { podIP, phase } = field<{ podIP: string; phase: string }>(object, "status");
  if (hostNetwork || !podIP || !nodeName || phase === "Succeeded" || phase === "Failed") return [];
  return [{ object, address: podIP, node: nodeName }];
}

function selects(policy: KubeObject, pod: KubeObject): boolean {
  const { podSelector = {}, policyTypes = ["Ingress"] } = field<PolicySpec>(policy, "spec");
  return (
    policy.metadata.namespace === pod.metadata.namespace &&
    policyTypes.includes("Ingress") &&
    matches(podSelector, pod.metadata.labels)
  );
}

function admissions(
  { from = [], ports = [] }: IngressRule,
  { metadata: { namespace } }: KubeObject,
  pod: KubeObject,
  surroundings: Surroundings,
): Admission[] {
  const sources = from.length === 0 ? [undefined] : from.flatMap((peer) => sourcesOf(peer, namespace, surroundings));
  const open = ports.length === 0 ? [undefined] : ports.flatMap((port) => portsOf(port, pod));
  return sources.flatMap((source) => open.map((range) => ({ from: source, ports: range })));
}

function sourcesOf(
  { ipBlock, podSelector = {}, namespaceSelector }: Peer,
  own: string | undefined,
  { running, namespaces }: Surroundings,
): NonNullable<Admission["from"]>[] {
  if (ipBlock) return [{ cidr: ipBlock.cidr, except: ipBlock.except ?? [] }];
  const names = namespaceSelector
    ? namespaces
        .filter(({ metadata }) => matches(namespaceSelector, metadata.labels))
        .map(({ metadata }) => metadata.name)
    : [own];
  return running
    .filter(({ object: { metadata } }) => names.includes(metadata.namespace) && matches(podSelector, metadata.labels))
    .map(({ address }) => ({ cidr: `${address}/32`, except: [] }));
}

function portsOf({ port, endPort, protocol = "TCP" }: Port, pod: KubeObject): NonNullable<Admission["ports"]>[] {
  const lower = protocol.toLowerCase() as Lowercase<typeof protocol>;
  if (port === undefined) return [{ protocol: lower, first: 1, last: 65_535 }];
  const first = typeof port === "number" ? port : namedPort(pod, port);
  return first === undefined ? [] : [{ protocol: lower, first, last: endPort ?? first }];
}

function namedPort(pod: KubeObject, wanted: string): number | undefined {
  const { containers = [] } = field<{
    containers: readonly { readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[] }[];
  }>(pod, "spec");
  return containers.flatMap(({ ports = [] }) => ports).find(({ name }) => name === wanted)?.containerPort;
}

function matches({ matchLabels = {}, matchExpressions = [] }: Selector, labels: KubeObject["metadata"]["labels"] = {}) {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === "Exists") return value !== undefined;
      if (operator === "DoesNotExist") return value === undefined;
      const isAmong = value !== undefined && values.includes(value);
      return operator === "In" ? isAmong : !isAmong;
    })
  );
}
