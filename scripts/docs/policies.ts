/** What the policy pack holds the lab to, and what the lab does not do. */
import { rules } from "../../policies/rules";
import { waivers } from "../../policies/waivers";
import { table } from "./markdown";

const judged = { resource: "each resource, before it is made", stack: "all resources together" } as const;

/** Every rule with its source. */
export function policiesTable(): string {
  return table(
    ["rule", "promise", "source", "judges"],
    rules.map(({ id, promise, source, of }) => [`\`${id}\``, promise, source, judged[of]]),
  );
}

/** What scanners ask for besides, with the reason. */
export function waiversTable(): string {
  return table(
    ["asked for", "source", "why the lab does without"],
    waivers.map(({ asked, source, reason }) => [asked, source, reason]),
  );
}
