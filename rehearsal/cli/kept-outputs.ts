/** The outputs of a lab that is kept, in a file from which `npm run verify` learns what the lab is and how it is reached. */
import { writeFileSync } from "node:fs";
import type { OutputMap } from "@pulumi/pulumi/automation";

/** What AWS does inside of clusters ends with the rehearsal's process. */
const balancersRest = "load balancers of a kept rehearsal stay as they are";

/**
 * Writes them as `pulumi stack output --json --show-secrets` would, but for the kubeconfigs: the stack's get their tokens from
 * an `aws` command that only the rehearsal has, and know no way to API servers that are in a network of their own.
 *
 * @param kubeconfigs administrators', by cluster
 * @returns whether there was a lab to write of: the outputs of an `up` that failed may lack it
 */
export function writeOutputs(file: string, outputs: OutputMap, kubeconfigs: Readonly<Record<string, string>>): boolean {
  if (outputs.lab === undefined) return false;
  const values = Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
  const text = JSON.stringify({ ...values, kubeconfigs, balancersRest }, undefined, 2);
  writeFileSync(file, `${text}\n`, { mode: 0o600 });
  return true;
}
