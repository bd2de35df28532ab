/** Where `npm run verify` learns what the lab is: a stack's outputs, of this machine or in a file. */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { LocalWorkspace, type OutputMap } from "@pulumi/pulumi/automation";
import type { LabDescription } from "../../components/lab/description";
import { CannotAsk } from "./cannot-ask";

/** What the outputs say, as far as checks need it. */
export interface LabOutputs {
  /** The lab, but for credentials. */
  readonly lab: LabDescription;
  /** By cluster; none where the file of outputs has none that can be read. */
  readonly kubeconfigs: Readonly<Record<string, string>>;
  /** Why load balancers do not follow what changes in the clusters; a stack's always do. */
  readonly balancersRest?: string;
}

/** Values by name, as Pulumi writes them. */
type Values = Readonly<Record<string, unknown>>;

const wayOut = "pulumi stack output --json --show-secrets";

/**
 * Reads the outputs of a stack.
 *
 * @throws CannotAsk when there is no such stack, or it is not up
 */
export async function outputsOfStack(stackName: string): Promise<LabOutputs> {
  const workDir = dirname(dirname(__dirname));
  const outputs = await LocalWorkspace.selectStack({ stackName, workDir })
    .then((stack) => stack.outputs())
    .catch((error: Error) => {
      throw new CannotAsk(`--stack ${stackName}: ${reasonIn(error.message)}`);
    });
  return labOutputs(outputs);
}

/**
 * What checks need of a stack's outputs.
 *
 * @throws CannotAsk when the stack is not up
 */
export function labOutputs(outputs: OutputMap): LabOutputs {
  const values = Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
  return labIn(values, "The stack is not up: it has no outputs. Run pulumi up first.");
}

/**
 * Reads the outputs from a file.
 *
 * @param file as `pulumi stack output --json --show-secrets` writes it
 * @throws CannotAsk when it is not such a file
 */
export function outputsInFile(file: string): LabOutputs {
  const values = valuesIn(file);
  if (values.lab === hidden) {
    throw new CannotAsk(`--outputs ${file}: its secrets are left out. Write it with ${wayOut}.`);
  }
  return labIn(values, `--outputs ${file}: it has no outputs of a lab. Write it with ${wayOut}.`);
}

function valuesIn(file: string): Values {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Values;
  } catch (error) {
    throw new CannotAsk(`--outputs ${file}: ${error instanceof Error ? error.message : error}`);
  }
}

/** In the place of a secret that Pulumi does not show. */
const hidden = "[secret]";

function labIn({ lab, kubeconfigs, balancersRest }: Values, otherwise: string): LabOutputs {
  if (typeof lab !== "string") throw new CannotAsk(otherwise);
  const shown = typeof kubeconfigs === "object" && kubeconfigs !== null ? (kubeconfigs as Record<string, string>) : {};
  const rest = typeof balancersRest === "string" ? { balancersRest } : {};
  return { lab: JSON.parse(lab), kubeconfigs: shown, ...rest };
}

/** Of what Pulumi's command said, the sentence behind `error:`. */
function reasonIn(message: string): string {
  return /error: (.+)/.exec(message)?.[1] ?? message.trim().split("\n").at(-1) ?? message;
}
