/** The policy pack's rules on what the program asked for. */

import type { RawConfig } from "../../components/config/validate";
import { type Declared, declaredBy } from "../../policies/base/declared";
import type { Resource } from "../../policies/base/rule";
import { rules } from "../../policies/rules";
import { base } from "./config";
import type { Run } from "./mocks";

/** What the pack would be handed, each resource with its provider's properties. */
export function judgedOf({ resources }: Run): Resource[] {
  const providers = new Map(
    resources
      .filter(({ type }) => type.startsWith("pulumi:providers:"))
      .map((each) => [`${each.type}::${each.name}`, each]),
  );
  return resources.map(({ type, name, inputs, provider = "" }) => {
    const [, urnEnd = ""] = /\$(pulumi:providers:.+)::[^:]+$/.exec(provider) ?? [];
    const made = providers.get(urnEnd);
    return { type, name, props: inputs, ...(made ? { provider: made.inputs } : {}) };
  });
}

/** What is declared by settings of a test. */
export function declaredIn(settings: RawConfig = {}): Declared {
  return declaredBy(
    Object.fromEntries(
      Object.entries({ ...base, ...settings }).map(([key, value]) => [`multicluster-lab:${key}`, value]),
    ),
    "multicluster-lab",
  );
}

/** What rules report: `RULE: NAME: PROBLEM`. */
export function reports(resources: readonly Resource[], declared: Declared): string[] {
  return rules.flatMap((rule) =>
    rule.of === "resource"
      ? resources.flatMap((each) =>
          rule.problems(each, declared).map((problem) => `${rule.id}: ${each.name}: ${problem}`),
        )
      : rule.problems(resources, declared).map((problem) => `${rule.id}: ${problem}`),
  );
}
