/** `npm run verify`: asks the checks of a lab that is up, and ends with 0 only if every one passed. */
import { writeFileSync } from "node:fs";
import colors from "picocolors";
import { probeImage } from "../../components/lab/probes";
import type { LiveLab } from "../common/check";
import { environmentProxy } from "../kube/proxy";
import { ProbePods } from "../probes/pods";
import { writeBundle } from "./bundle/bundle";
import { CannotAsk } from "./cannot-ask";
import { kubeconfigsOf } from "./contexts";
import { disruptionsOf } from "./disruptions";
import { junitXml } from "./junit";
import { checkLines } from "./lines";
import { clientsOf, liveLab } from "./live-lab";
import { parseOptions, usage, type VerifyOptions } from "./options";
import { type LabOutputs, outputsInFile, outputsOfStack } from "./outputs";
import { CheckProgress } from "./progress";
import { unreachable } from "./reachable";
import { type CheckResult, runChecks } from "./run";
import { podsRun, unlessAborted, withProbes } from "./with-probes";

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const outputs = await outputsFor(options);
  const lab = liveLab(outputs, { proxyFor: environmentProxy() });
  const silent = await unreachable(lab);
  if (silent.length > 0) throw new CannotAsk(silent.join("\n"));
  const checks = await findings(options, outputs, lab);
  report(options, lab.backend, checks);
  const failed = checks.some(({ status }) => status === "fail");
  if (failed && options.bundle !== undefined) {
    await writeBundle(
      options.bundle,
      { backend: lab.backend, clusters: clientsOf(outputs, environmentProxy()) },
      checks,
    );
    tell(`What the clusters say is in ${options.bundle}.`);
  }
  return failed ? 1 : 0;
}

async function outputsFor({ stack, outputs, kubeconfig, contexts }: VerifyOptions): Promise<LabOutputs> {
  const found = outputs === undefined ? await outputsOfStack(stack) : outputsInFile(outputs);
  if (kubeconfig === undefined) return found;
  return { ...found, kubeconfigs: kubeconfigsOf(kubeconfig, contexts, found.lab) };
}

/** With stand-ins for services, where they can be, and with disruptions, if they are asked for. */
async function findings(options: VerifyOptions, outputs: LabOutputs, lab: LiveLab): Promise<CheckResult[]> {
  const clients = clientsOf(outputs, environmentProxy());
  const kubeOf = (cluster: string) => clients.find(({ name }) => name === cluster)?.kube;
  const run = await podsRun(lab.clusters);
  const plan = options.probes && run ? outputs.lab.probes : undefined;
  const asked = { ...lab, probes: plan?.probes };
  const disruptions = options.disrupt ? await disruptionsOf(asked, kubeOf, outputs.balancersRest, tell) : undefined;
  if (plan) {
    const names = clients.map(({ name }) => name).join(", ");
    tell(`Pods of ${probeImage} come into the namespace ${plan.probes.namespace} of ${names}, and go at the end.`);
  }
  return withProbes(plan && new ProbePods(plan, kubeOf), async (interrupted) => {
    const progress = new CheckProgress(process.stderr);
    const checks = runChecks(asked, { watcher: progress }).finally(() => progress.end());
    const found = await unlessAborted(checks, interrupted);
    return disruptions ? [...found, ...(await disruptions(found, run, interrupted))] : found;
  });
}

/** For a person, apart from the findings. */
function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

function report({ json, junit }: VerifyOptions, backend: string, checks: readonly CheckResult[]): void {
  if (junit !== undefined) writeFileSync(junit, junitXml(`lab with ${backend}`, checks));
  const lines = json ? [JSON.stringify(checks, undefined, 2)] : [...checkLines(checks), countsOf(checks)];
  process.stdout.write(`${lines.join("\n")}\n`);
}

function countsOf(checks: readonly CheckResult[]): string {
  const number = (status: CheckResult["status"]) => checks.filter((check) => check.status === status).length;
  return `${checks.length} checks: ${number("fail")} failed, ${number("warning")} warnings, ${number("skipped")} skipped`;
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    const text = error instanceof CannotAsk ? error.message : (error.stack ?? error.message);
    process.stderr.write(`${colors.red(text)}\n`);
    process.exit(2);
  },
);
