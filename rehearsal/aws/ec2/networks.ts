import { cidrProblem } from "../account/cidr";
import { AwsError } from "../account/errors";

/** Every destination. */
export const everywhere = "0.0.0.0/0";

/**
 * Requires IPv4 CIDR notation without host bits. EC2 itself would clear host bits (API reference, CreateVpc); it is the
 * provider that refuses them, in its plan.
 */
export function requireNetwork(cidr: string, parameter: string): void {
  const problem = cidrProblem(cidr);
  if (!problem) return;
  throw new AwsError(
    "InvalidParameterValue",
    `Value (${cidr}) for parameter ${parameter} is invalid: ${problem}.`,
    "cidr-syntax",
  );
}
