import colors from "picocolors";
import { checkLines } from "../../checks/run/lines";
import { durationText } from "../base/duration";
import { settingText } from "../base/setting-text";
import { changingActions } from "../engine/steps";
import type { CallsFelt } from "../run/callers";
import { type ChangeResult, type PhaseResult, type Result, shortcomings } from "../run/result";

/**
 * The result for a person at a terminal.
 *
 * @param report file that has it in full
 */
export function summary(result: Result, kept: boolean, report: string): string {
  const wrong = shortcomings(result, kept);
  return [
    "",
    ...checkLines(result.checks),
    "",
    phaseLine("up", result.up),
    ...result.changes.flatMap((change) => [changeLine(change), ...feltLines(change)]),
    phaseLine("destroy", result.destroy),
    ...(result.secondUp ? [`second up    ${result.secondUp.changes} changes`] : []),
    `resources    ${result.resources}`,
    `cost         ${result.cost}`,
    ...nodeLines(result),
    ...(result.openedWebhooks.length > 0
      ? [`webhooks     ${result.openedWebhooks.length} opened, since no pod runs that could answer (see --json)`]
      : []),
    `report       ${report}`,
    ...errorLines(result),
    ...leftoverLines(result),
    "",
    wrong.length === 0
      ? colors.green(kept ? "The lab stands." : "The lab stands and goes without a trace.")
      : colors.red(wrong.join("; ")),
  ].join("\n");
}

/** What ran for real; nothing where nothing was to. */
function nodeLines({ nodes, pods: { real, simulated }, images, checks }: Result): string[] {
  if (nodes === "simulated") return [];
  const packets = checks.filter(({ evidence, status }) => evidence === "packets" && status !== "skipped");
  const made = images.filter(({ origin }) => origin.kind === "made").length;
  return [
    `nodes        real; ${real} pods ran, ${simulated.length} were simulated; ${packets.length} checks by packets`,
    `images       ${images.length}, of which ${made} made from packages (see --json)`,
    ...simulated
      .slice(0, shown)
      .map(({ cluster, pod, reason }) => colors.yellow(`simulated    ${cluster} ${pod}: ${reason}`)),
    ...(simulated.length > shown ? [`and ${simulated.length - shown} more`] : []),
  ];
}

function phaseLine(name: string, phase: PhaseResult | undefined): string {
  if (!phase) return `${name.padEnd(12)} not run`;
  const { result, seconds, awsMinutes, lowerBoundMinutes } = phase;
  const bound = `at least ${durationText(lowerBoundMinutes * 60)} by the longest chain`;
  return `${name.padEnd(12)} ${result} in ${durationText(seconds)}; on AWS ${durationText(awsMinutes * 60)}, ${bound}`;
}

function changeLine({ setting, result, seconds, awsMinutes, resources, checks }: ChangeResult): string {
  const passed = checks.filter(({ status }) => status === "pass").length;
  const asked = checks.filter(({ status }) => status !== "skipped").length;
  const changed = changingActions.map((action) => `${resources[action]} ${action}`).join(", ");
  return `then ${settingText(setting)}: ${result} in ${durationText(seconds)}; on AWS ${durationText(awsMinutes * 60)}; ${changed}; ${passed} of ${asked} checks passed`;
}

function feltLines({ setting, felt }: ChangeResult): string[] {
  if (!felt || felt.calls.length === 0) return [];
  const sum = (of: (each: CallsFelt) => number) => felt.calls.reduce((all, each) => all + of(each), 0);
  const { before, livedOn } = felt.replications;
  const kept = before > 0 ? `; ${livedOn} of ${before} replications of Redis lived on` : "";
  return [
    `meanwhile ${settingText(setting)}: ${sum(({ failed }) => failed)} of ${sum(({ calls }) => calls)} calls failed${kept}`,
  ];
}

/** More than fit a screen are in --json. */
const shown = 20;

function leftoverLines({ destroy }: Result): string[] {
  const left = destroy ? [...destroy.leftovers.aws, ...destroy.leftovers.kubernetes] : [];
  const more = left.length > shown ? [`and ${left.length - shown} more`] : [];
  return [...left.slice(0, shown), ...more].map((each) => colors.red(`left behind: ${each}`));
}

function errorLines({ up, changes, secondUp, destroy }: Result): string[] {
  return [up, ...changes, secondUp, destroy].flatMap((phase) => phase?.errors ?? []).map((error) => colors.red(error));
}
