import type { AwsRuleId } from "../rules/rules";

/** A refusal by the emulated AWS, with AWS's own code and manner of speaking. */
export class AwsError extends Error {
  /** API operation that was refused, e.g. `ec2:CreateVpc`; set by the account when the call comes from there. */
  operation: string | undefined;

  /**
   * @param code AWS's error code, e.g. `DependencyViolation`
   * @param text what AWS says after the code
   * @param rule the rule that was broken; undefined for throttling, faults and what no table lists
   */
  constructor(
    readonly code: string,
    readonly text: string,
    readonly rule?: AwsRuleId,
  ) {
    super(`${code}: ${text}`);
    this.name = "AwsError";
  }
}

/** Whether `error` is a refusal with one of `codes`, or any refusal when none is given. */
export function isAwsError(error: unknown, ...codes: string[]): error is AwsError {
  return error instanceof AwsError && (codes.length === 0 || codes.includes(error.code));
}

/** Codes with which AWS asks a caller to slow down; its SDK tries such calls again by itself. */
export const throttlingCodes = [
  "RequestLimitExceeded",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
];
