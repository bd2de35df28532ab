/** Network namespaces as plain data: what `apply` compares and makes so. */

/** Everything that the kernel is to have. */
export interface KernelState {
  readonly namespaces: readonly NamespaceState[];
  readonly cables: readonly Cable[];
}

/** One network namespace. */
export interface NamespaceState {
  readonly name: string;
  /** Settings below `net.` in sysctl's spelling, made when the namespace is. */
  readonly settings: Readonly<Record<string, string>>;
  readonly addresses: readonly DeviceAddress[];
  readonly routes: readonly KernelRoute[];
  readonly policies: readonly RoutePolicy[];
  /** The body of the one nftables table; empty for none. */
  readonly firewall: string;
}

/** An address by itself, without the network around it. */
export interface DeviceAddress {
  readonly address: string;
  readonly device: string;
}

/** One route; a table has one for each destination and metric. */
export interface KernelRoute {
  readonly destination: string;
  /** Default: `main`. */
  readonly table?: number;
  /** Lower ones win. Default: 0. */
  readonly metric?: number;
  /** `blackhole` drops, `unreachable` says so. */
  readonly to:
    | { readonly device: string; readonly via?: string; readonly source?: string }
    | "blackhole"
    | "unreachable";
}

/** Which packets look into which table. */
export interface RoutePolicy {
  /** Lower ones are asked first. */
  readonly priority: number;
  readonly match: { readonly to: string } | { readonly from: string } | { readonly mark: number };
  readonly table: number | "main";
}

/** A pair of interfaces that are joined. */
export interface Cable {
  readonly ends: readonly [CableEnd, CableEnd];
  readonly mtu: number;
}

/** One interface of a pair. */
export interface CableEnd {
  readonly namespace: string;
  readonly device: string;
}

/** What is dropped when nothing else is said, whatever comes after it. */
export const lastMetric = 0xffffffff;

/** Port on the backbone's loopback of a cluster's API server; undefined while it has none. */
export type ApiPort = (cluster: string) => number | undefined;
