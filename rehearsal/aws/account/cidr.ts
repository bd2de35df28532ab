/**
 * IPv4 networks as AWS judges them. The library is not the one that the program calculates with: a mistake in one of the two
 * is seen by the other.
 */
import { Address4 } from "ip-address";

/** Why `text` is no proper IPv4 network, or undefined when it is one. */
export function cidrProblem(text: string): string | undefined {
  if (!text.includes("/") || !Address4.isValid(text)) return "not an IPv4 network in CIDR notation";
  const network = new Address4(text).networkForm();
  return network === text ? undefined : `has bits set beyond its prefix; the network is ${network}`;
}

/** Number of leading one bits, e.g. 16 for 10.0.0.0/16. */
export function prefixLength(cidr: string): number {
  return new Address4(cidr).subnetMask;
}

/** How many addresses the network has, e.g. 256 for 10.0.0.0/24. */
export function networkSize(cidr: string): number {
  return 2 ** (32 - prefixLength(cidr));
}

/** Whether every address of `inner` is in `outer`. */
export function contains(outer: string, inner: string): boolean {
  return new Address4(inner).isInSubnet(new Address4(outer));
}

/** Whether the two networks share an address. */
export function overlaps(a: string, b: string): boolean {
  return contains(a, b) || contains(b, a);
}

/**
 * The address that comes `index` after the first one of the network.
 *
 * @throws RangeError when the network has no such address
 */
export function addressAt(cidr: string, index: number): string {
  if (index < 0 || index >= networkSize(cidr)) throw new RangeError(`${cidr} has no address number ${index}`);
  return new Address4(cidr).startAddress().offset(index).correctForm();
}
