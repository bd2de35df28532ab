/** What the emulated AWS enforces, with the tests that break it, and how long AWS takes. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { latencies } from "../../rehearsal/aws/account/latency";
import { ec2Rules } from "../../rehearsal/aws/rules/ec2";
import { eksRules } from "../../rehearsal/aws/rules/eks";
import { iamRules } from "../../rehearsal/aws/rules/iam";
import type { AwsRule } from "../../rehearsal/aws/rules/rule";
import { table } from "./markdown";

const tests = join(__dirname, "../../tests/aws");

/** What EC2 and IAM refuse. */
export function ec2Table(): string {
  return rulesTable("refused", [...ec2Rules, ...iamRules]);
}

/** What EKS and its load balancers enforce. */
export function eksTable(): string {
  return rulesTable("enforced", eksRules);
}

/** Every rule with its source, and the tests that break it: those whose text names it. */
function rulesTable(what: string, all: readonly AwsRule[]): string {
  const texts = readdirSync(tests)
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => ({ name, text: readFileSync(join(tests, name), "utf8") }));
  const rows = all.map(({ id, what: text, source }) => {
    const naming = texts.filter(({ text }) => text.includes(`"${id}"`)).map(({ name }) => `\`${name}\``);
    if (naming.length === 0) throw new Error(`no test in tests/aws names the rule ${id}`);
    return [`\`${id}\``, text, source, naming.join(", ")];
  });
  return table(["rule", what, "source", "test"], rows);
}

/** Operations that take ten seconds or more. */
export function latencyTable(): string {
  const rows = Object.entries(latencies)
    .filter(([, { seconds }]) => seconds >= 10)
    .map(([operation, { seconds, source }]) => [`\`${operation}\``, `${seconds}`, source]);
  return table(["operation", "seconds", "source"], rows);
}
