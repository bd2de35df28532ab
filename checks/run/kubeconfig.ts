/** `npm run kubeconfig`: writes one kubeconfig for all clusters of a lab that is up, and says what can be looked at with it. */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import colors from "picocolors";
import { profileOf } from "../../components/backends/profiles";
import { CannotAsk } from "./cannot-ask";
import { kubeconfigsIn } from "./live-lab";
import { mergedKubeconfig } from "./merged-kubeconfig";
import { type LabOutputs, outputsInFile, outputsOfStack } from "./outputs";

const usage = `npm run kubeconfig -- [options]    write one kubeconfig for all clusters of a lab that is up

  --stack NAME          stack (default: dev)
  --outputs FILE        the lab's outputs, of a stack whose state is elsewhere; there they are written by
                        pulumi stack output --json --show-secrets
  --file FILE           where to write it (default: kubeconfig-NAME.yaml), readable by nobody else

Its contexts have the clusters' names. Exit codes: 0 it is written, 2 it could not be.`;

async function main(): Promise<void> {
  const { stack, outputs: file, help, ...values } = parseOptions();
  if (help) return say(usage);
  const outputs = file === undefined ? await outputsOfStack(stack) : outputsInFile(file);
  const path = resolve(values.file ?? `kubeconfig-${stack}.yaml`);
  writeFileSync(path, mergedKubeconfig(kubeconfigsIn(outputs)), { mode: 0o600 });
  say(lookingAt(outputs, path).join("\n"));
}

/** How to go on, for a person at a terminal. */
export function lookingAt({ lab: { backend, clusters, naming, demo } }: LabOutputs, path: string): string[] {
  const [first = "", ...others] = Object.keys(clusters);
  const commands = profileOf(backend).commands(first);
  const width = Math.max(...naming.map(({ service }) => service.length));
  return [
    `export KUBECONFIG=${path}`,
    `kubectl config use-context ${first}      # or ${others.join(", ")}`,
    "",
    ...(demo?.url ? [`the shop: ${demo.url}`, ""] : []),
    "names in the other clusters:",
    ...naming.map(({ service, address }) => `  ${service.padEnd(width)}  ${address}`),
    "",
    "the backend at work:",
    ...commands.flatMap(({ command, shows }) => [`  ${command}`, `      ${shows}`]),
  ];
}

function parseOptions() {
  try {
    return parseArgs({
      allowPositionals: false,
      options: {
        stack: { type: "string", default: "dev" },
        outputs: { type: "string" },
        file: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    throw new CannotAsk(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

if (require.main === module) {
  main().catch((error: Error) => {
    const text = error instanceof CannotAsk ? error.message : (error.stack ?? error.message);
    process.stderr.write(`${colors.red(text)}\n`);
    process.exit(2);
  });
}
