/** What the services are told, and what they tell: messages between two processes, so plain data. */
import type { HostName, TargetCheck, TargetState } from "../plan/desired";

/** To the services. */
export type ToServices =
  | { readonly type: "start"; readonly options: ServicesOptions }
  /** With the socket on which the machine's own programs reach API servers. */
  | { readonly type: "proxy" }
  | { readonly type: "update"; readonly world: World }
  /** From now on they live on when the channel ends. */
  | { readonly type: "keep" };

/** From the services. */
export type FromServices =
  | { readonly type: "ready" }
  | { readonly type: "health"; readonly states: readonly (readonly [key: string, state: TargetState])[] };

/** What does not change. */
export interface ServicesOptions {
  /** AWS seconds in a real second, by which times of AWS are shortened. */
  readonly speed: number;
  readonly webhooks: TlsIdentity;
  readonly modules: readonly ServiceModuleRef[];
}

/** A certificate and its key, PEM. */
export interface TlsIdentity {
  readonly certificate: string;
  readonly key: string;
}

/** A module that answers requests in the services' process; what it exports by default is a `MakeService`. */
export interface ServiceModuleRef {
  /** Path of the file. */
  readonly file: string;
  /** Handed to it: plain data. */
  readonly options: unknown;
}

/** What changes with the account. */
export interface World {
  /** VPCs by the address from which their questions to the resolver come. */
  readonly vpcs: Readonly<Record<string, string>>;
  readonly names: readonly HostName[];
  readonly checks: readonly TargetCheck[];
  /** Ports of API servers on the backbone's loopback, by host name, and by address in their VPC. */
  readonly apiPorts: Readonly<Record<string, number>>;
}
