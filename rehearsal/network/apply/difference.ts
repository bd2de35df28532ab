import { isDeepStrictEqual } from "node:util";
import type { Cable, DeviceAddress, KernelRoute, KernelState, NamespaceState, RoutePolicy } from "../kernel/state";

/** What is to be done, in the order of the fields. Lines are those of `ip -batch`. */
export interface Steps {
  readonly newNamespaces: readonly NamespaceState[];
  readonly firewalls: readonly { readonly namespace: string; readonly table: string }[];
  readonly removals: readonly Batch[];
  readonly goneNamespaces: readonly string[];
  /** For the machine's own namespace: `link add` puts both ends elsewhere at once. */
  readonly newCables: readonly string[];
  readonly additions: readonly Batch[];
}

/** Lines for one namespace. */
export interface Batch {
  readonly namespace: string;
  readonly lines: readonly string[];
}

/** Nothing at all. */
export const nothing: KernelState = { namespaces: [], cables: [] };

/** What leads from one state to the other and leaves alone what is the same in both. */
export function difference(before: KernelState, after: KernelState): Steps {
  const old = new Map(before.namespaces.map((each) => [each.name, each]));
  const wanted = new Map(after.namespaces.map((each) => [each.name, each]));
  const goneNamespaces = [...old.keys()].filter((name) => !wanted.has(name));
  const goneCables = missingFrom(before.cables, after.cables);
  return {
    newNamespaces: after.namespaces.filter(({ name }) => !old.has(name)),
    firewalls: after.namespaces
      .filter(({ name, firewall }) => firewall !== (old.get(name)?.firewall ?? ""))
      .map(({ name, firewall }) => ({ namespace: name, table: firewall })),
    removals: nonEmpty(
      before.namespaces
        .filter(({ name }) => wanted.has(name))
        .map((each) => removals(each, wanted.get(each.name) ?? each, goneCables, goneNamespaces)),
    ),
    goneNamespaces,
    newCables: missingFrom(after.cables, before.cables).map(cableLine),
    additions: nonEmpty(
      after.namespaces.map((each) => additions(old.get(each.name), each, before.cables, after.cables)),
    ),
  };
}

function removals(
  before: NamespaceState,
  after: NamespaceState,
  gone: readonly Cable[],
  goneNamespaces: readonly string[],
): Batch {
  const kept = new Set(after.routes.map(routeKey));
  return {
    namespace: before.name,
    lines: [
      ...missingFrom(before.policies, after.policies).map((policy) => `rule del ${policyText(policy)}`),
      ...before.routes.filter((route) => !kept.has(routeKey(route))).map((route) => `route del ${routeKey(route)}`),
      ...missingFrom(before.addresses, after.addresses).map((address) => `address del ${addressText(address)}`),
      ...devicesIn(before.name, gone, goneNamespaces).map((device) => `link del ${device}`),
    ],
  };
}

/** One end is enough to take both away; where the other namespace goes too, this one is there in any case. */
function devicesIn(namespace: string, gone: readonly Cable[], goneNamespaces: readonly string[]): string[] {
  return gone.flatMap(({ ends }) => {
    const [end] = ends.filter((each) => !goneNamespaces.includes(each.namespace));
    return end?.namespace === namespace ? [end.device] : [];
  });
}

function additions(
  before: NamespaceState | undefined,
  after: NamespaceState,
  oldCables: readonly Cable[],
  cables: readonly Cable[],
): Batch {
  const newDevices = new Set(
    missingFrom(cables, oldCables)
      .flatMap(({ ends }) => ends)
      .filter((end) => end.namespace === after.name)
      .map(({ device }) => device),
  );
  // What was on a device that is made anew has gone with it.
  const isNew = <T>(item: T, old: readonly T[], device: string | undefined) =>
    newDevices.has(device ?? "") || !old.some((other) => isDeepStrictEqual(other, item));
  const { addresses = [], routes = [], policies = [] } = before ?? {};
  return {
    namespace: after.name,
    lines: [
      ...(before ? [] : ["link set lo up"]),
      ...[...newDevices].map((device) => `link set ${device} up`),
      ...after.addresses
        .filter((each) => isNew(each, addresses, each.device))
        .map((address) => `address add ${addressText(address)}`),
      ...after.routes
        .filter((each) => isNew(each, routes, deviceOf(each)))
        .map((route) => `route replace ${routeText(route)}`),
      ...missingFrom(after.policies, policies).map((policy) => `rule add ${policyText(policy)}`),
    ],
  };
}

function cableLine({ ends: [one, other], mtu }: Cable): string {
  return (
    `link add ${one.device} netns ${one.namespace} mtu ${mtu} type veth ` +
    `peer name ${other.device} netns ${other.namespace} mtu ${mtu}`
  );
}

function addressText({ address, device }: DeviceAddress): string {
  return `${address}/32 dev ${device}`;
}

/** What tells routes of a namespace apart. */
function routeKey({ destination, table, metric }: KernelRoute): string {
  return `${destination}${table === undefined ? "" : ` table ${table}`}${metric === undefined ? "" : ` metric ${metric}`}`;
}

function routeText(route: KernelRoute): string {
  const { to } = route;
  if (typeof to === "string") return `${to} ${routeKey(route)}`;
  const via = to.via === undefined ? "" : ` via ${to.via} onlink`;
  return `${routeKey(route)} dev ${to.device}${via}${to.source === undefined ? "" : ` src ${to.source}`}`;
}

function policyText({ priority, match, table }: RoutePolicy): string {
  const [word, value] = Object.entries({ ...match })[0] ?? [];
  return `${word === "mark" ? "fwmark" : word} ${value} priority ${priority} lookup ${table}`;
}

function deviceOf({ to }: KernelRoute): string | undefined {
  return typeof to === "string" ? undefined : to.device;
}

function missingFrom<T>(these: readonly T[], others: readonly T[]): T[] {
  return these.filter((one) => !others.some((other) => isDeepStrictEqual(one, other)));
}

function nonEmpty(batches: readonly Batch[]): Batch[] {
  return batches.filter(({ lines }) => lines.length > 0);
}
