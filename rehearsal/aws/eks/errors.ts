/** The three refusals that most calls of EKS know. */
import { AwsError } from "../account/errors";
import type { EksRuleId } from "../rules/eks";

/** InvalidParameterException: what is asked for cannot be. */
export function invalidParameter(text: string, rule: EksRuleId): AwsError {
  return new AwsError("InvalidParameterException", text, rule);
}

/** ResourceInUseException: it is there already, or busy. */
export function resourceInUse(text: string, rule: EksRuleId): AwsError {
  return new AwsError("ResourceInUseException", text, rule);
}

/** ResourceNotFoundException. */
export function resourceNotFound(text: string): AwsError {
  return new AwsError("ResourceNotFoundException", text, "eks-not-found");
}
