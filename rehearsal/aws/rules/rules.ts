import type { ec2Rules } from "./ec2";
import type { EksRuleId } from "./eks";
import type { iamRules } from "./iam";

/** Id of any rule that the emulated AWS enforces; `AwsError.rule` names the one that was broken. */
export type AwsRuleId = (typeof ec2Rules | typeof iamRules)[number]["id"] | EksRuleId;
