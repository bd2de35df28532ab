/** IPv4 networks that mean something special wherever they are used (RFC 6890 and the registry that it set up). */
import { contains, overlaps } from "./cidr";

/** A network with a meaning of its own. */
export interface SpecialNetwork {
  /** In CIDR notation. */
  readonly cidr: string;
  /** What it is for, with the RFC. */
  readonly what: string;
}

/** No host of a network can have an address of these. */
const unusable: readonly SpecialNetwork[] = [
  { cidr: "0.0.0.0/8", what: "this host on this network (RFC 791)" },
  { cidr: "127.0.0.0/8", what: "loopback (RFC 1122)" },
  { cidr: "169.254.0.0/16", what: "link-local (RFC 3927); AWS answers at it for metadata, time and DNS" },
  { cidr: "224.0.0.0/4", what: "multicast (RFC 5771)" },
  { cidr: "240.0.0.0/4", what: "reserved (RFC 1112); Submariner takes its tunnels' and its global addresses of it" },
];

/** Blocks for networks that are not on the internet. */
const privateNetworks: readonly SpecialNetwork[] = [
  { cidr: "10.0.0.0/8", what: "private (RFC 1918)" },
  { cidr: "172.16.0.0/12", what: "private (RFC 1918)" },
  { cidr: "192.168.0.0/16", what: "private (RFC 1918)" },
];

/**
 * From these nobody comes over the internet. Networks for documentation (RFC 5737) and for benchmarks (RFC 2544) are not among
 * them: the rehearsal's administrator comes from one of the former, and the emulated AWS's public addresses are of the latter.
 */
const notOnInternet: readonly SpecialNetwork[] = [
  ...unusable,
  ...privateNetworks,
  { cidr: "100.64.0.0/10", what: "addresses behind a provider's NAT (RFC 6598)" },
  { cidr: "192.0.0.0/24", what: "IETF protocol assignments (RFC 6890)" },
];

/** What makes a network of no use for a VPC, its pods or its Services; undefined when nothing does. */
export function unusableFor(cidr: string): SpecialNetwork | undefined {
  return unusable.find((special) => overlaps(special.cidr, cidr));
}

/** What keeps a network from being one of the internet; undefined when nothing does. */
export function offInternet(cidr: string): SpecialNetwork | undefined {
  return notOnInternet.find((special) => overlaps(special.cidr, cidr));
}

/** Whether a network lies wholly in one private block (RFC 1918). */
export function isPrivate(cidr: string): boolean {
  return privateNetworks.some((block) => contains(block.cidr, cidr));
}
