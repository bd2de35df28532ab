/** What namespaces and interfaces are called. */

/** All namespaces of all rehearsals begin with it. */
export const prefix = "mcl-";

/** Device of a router towards the backbone. */
export const backboneDevice = "backbone";

/** Device of a node towards its VPC's router, as on an instance. */
export const nodeDevice = "eth0";

/** Names of one rehearsal's namespaces. */
export class NamespaceNames {
  /** @param run short id of the rehearsal */
  constructor(private readonly run: string) {}

  get backbone(): string {
    return this.of("backbone");
  }

  /** Of a VPC's router, or of an instance. */
  of(id: string): string {
    return `${prefix}${this.run}-${id}`;
  }
}

/** The rehearsal that a namespace belongs to; undefined for one of somebody else's. */
export function runOf(namespace: string): string | undefined {
  return /^mcl-([0-9a-z]+)-/.exec(namespace)?.[1];
}

/** Device towards the thing with this id: the kernel allows 15 characters, and the last digits of ids differ. */
export function deviceTo(kind: "node" | "peering" | "vpc", id: string): string {
  return `${kind[0]}-${id.slice(-12)}`;
}
