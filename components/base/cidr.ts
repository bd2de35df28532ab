import { Netmask } from "netmask";

/** Why `text` is no proper IPv4 network, or undefined when it is one. */
export function cidrProblem(text: string): string | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/.test(text)) return "not an IPv4 network in CIDR notation";
  try {
    const block = new Netmask(text);
    const canonical = `${block.base}/${block.bitmask}`;
    return canonical === text ? undefined : `has bits set beyond its prefix; the network is ${canonical}`;
  } catch {
    return "not an IPv4 network in CIDR notation";
  }
}

/** Number of leading one bits, e.g. 16 for 10.0.0.0/16. */
export function prefixLength(cidr: string): number {
  return new Netmask(cidr).bitmask;
}

/** Whether the two networks share an address. */
export function overlaps(a: string, b: string): boolean {
  return contains(a, b) || contains(b, a);
}

/** Whether every address of `inner` is in `outer`. */
export function contains(outer: string, inner: string): boolean {
  return new Netmask(outer).contains(new Netmask(inner));
}

/**
 * The `index`-th subnetwork of `cidr` that has `prefix` bits.
 *
 * @throws RangeError when there is no such subnetwork
 */
export function subnetwork(cidr: string, prefix: number, index: number): string {
  const block = new Netmask(cidr);
  const parts = 2 ** (prefix - block.bitmask);
  if (prefix < block.bitmask || prefix > 32 || index < 0 || index >= parts) {
    throw new RangeError(`${cidr} has no subnetwork number ${index} of /${prefix}`);
  }
  const base = block.netLong + index * 2 ** (32 - prefix);
  return `${[24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join(".")}/${prefix}`;
}

/** The `index`-th address of a network, counted from its base. */
export function addressAt(cidr: string, index: number): string {
  return subnetwork(cidr, 32, index).slice(0, -"/32".length);
}
