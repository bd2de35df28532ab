/** All rules, in the order in which docs have them. */
import type { Rule } from "./base/rule";
import { balancerRules } from "./rules/balancers";
import { mtuRule } from "./rules/mtu";
import { networkRules } from "./rules/network";
import { nodeRules } from "./rules/nodes";
import { pinRules } from "./rules/pins";
import { secretRules } from "./rules/secrets";
import { tagRule } from "./rules/tags";
import { trustRules } from "./rules/trust";

export const rules: readonly Rule[] = [
  ...networkRules,
  ...balancerRules,
  ...nodeRules,
  mtuRule,
  ...trustRules,
  ...secretRules,
  ...pinRules,
  tagRule,
];
