/** The pack as Pulumi starts it: `pulumi up --policy-pack policies`. */
import { type Policies, PolicyPack } from "@pulumi/policy";
import * as pulumi from "@pulumi/pulumi";
import { declaredBy } from "./base/declared";
import { plain } from "./base/plain";
import type { ResourceRule, StackRule } from "./base/rule";
import { rules } from "./rules";

const declared = declaredBy(pulumi.runtime.allConfig(), pulumi.getProject());

new PolicyPack("multicluster-lab", {
  enforcementLevel: "mandatory",
  policies: rules.map((rule) => (rule.of === "resource" ? ofResource(rule) : ofStack(rule))),
});

function ofResource({ id, promise, problems }: ResourceRule): Policies[number] {
  return {
    name: id,
    description: promise,
    validateResource: ({ type, name, props, provider }, report) => {
      const judged = {
        type,
        name,
        props: plain(props),
        ...(provider ? { provider: plain(provider.props) } : {}),
      };
      for (const problem of problems(judged, declared)) report(problem);
    },
  };
}

function ofStack({ id, promise, problems }: StackRule): Policies[number] {
  return {
    name: id,
    description: promise,
    validateStack: ({ resources }, report) => {
      const judged = resources.map(({ type, name, props }) => ({ type, name, props: plain(props) }));
      for (const problem of problems(judged, declared)) report(problem);
    },
  };
}
