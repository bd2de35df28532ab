/** All rules, in the order in which docs have them. */
import type { Rule } from "./rule";
import { identityRules } from "./rules/identity";
import { mtuRule } from "./rules/mtu";
import { networkRules } from "./rules/network";
import { nodeRules } from "./rules/nodes";
import { pinRules } from "./rules/pins";
import { tagRule } from "./rules/tags";
import { trustRules } from "./rules/trust";

export const rules: readonly Rule[] = [
  ...networkRules,
  ...nodeRules,
  mtuRule,
  ...trustRules,
  ...identityRules,
  ...pinRules,
  tagRule,
];
