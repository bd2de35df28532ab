/** Addresses that AWS chooses and no item of the account holds: always the same for the same id. */
import { createHash } from "node:crypto";

/** Amazon's resolver and the other end of every router's way out, in the backbone. */
export const backboneAddress = "169.254.0.1";

/** The image registry's, reached as one on the internet; from TEST-NET-1, which is nobody's (RFC 5737). */
export const registryAddress = "192.0.2.1";

/** By which instances reach Amazon's resolver besides the VPC's base plus two (VPC user guide, AmazonDNS-concepts). */
export const linkLocalResolver = "169.254.169.253";

/** Link-local, 169.254.64.0/18: sixteen thousand, far from what instances use of this range. */
export function transitAddress(vpcId: string): string {
  const number = digest(vpcId, 0) % 0x4000;
  return `169.254.${64 + (number >> 8)}.${number & 0xff}`;
}

/** Two, as EKS has; from 198.18.0.0/15 like all public addresses of the emulated AWS. */
export function endpointAddresses(clusterArn: string): [string, string] {
  const address = (offset: number) => {
    const number = digest(clusterArn, offset) % 0x20000;
    return `198.${18 + (number >> 16)}.${(number >> 8) & 0xff}.${number & 0xff}`;
  };
  return [address(0), address(4)];
}

function digest(text: string, offset: number): number {
  return createHash("sha256").update(text).digest().readUInt32BE(offset);
}
