/** `npm run verify`: asks the checks of a stack that is up, and ends with 0 only if every one passed. */
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import colors from "picocolors";
import { environmentProxy } from "../kube/proxy";
import { checkLines } from "./lines";
import { liveLab } from "./live-lab";
import { runChecks } from "./run";

const usage = `npm run verify -- [options]    ask the checks of a stack that is up

  --stack NAME    stack (default: dev)
  --json          write the findings as JSON

Behind a proxy set HTTPS_PROXY and NO_PROXY, as for kubectl.`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      stack: { type: "string", default: "dev" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const stack = await LocalWorkspace.selectStack({ stackName: values.stack, workDir: dirname(dirname(__dirname)) });
  const checks = await runChecks(liveLab(await stack.outputs(), { proxyFor: environmentProxy() }));
  process.stdout.write(
    values.json ? `${JSON.stringify(checks, undefined, 2)}\n` : `${checkLines(checks).join("\n")}\n`,
  );
  return checks.every(({ status }) => status !== "fail") ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${colors.red(error.message)}\n`);
    process.exit(2);
  },
);
