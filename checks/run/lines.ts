import colors from "picocolors";
import type { CheckResult } from "./run";

/** A line for each check, for a terminal. */
export function checkLines(checks: readonly CheckResult[]): string[] {
  const width = Math.max(0, ...checks.map(({ id }) => id.length));
  const marks = {
    pass: colors.green("ok  "),
    warning: colors.yellow("WARN"),
    fail: colors.red("FAIL"),
    skipped: colors.yellow("skip"),
  };
  return checks.map(({ id, cluster, peer, status, evidence, detail }) => {
    const where = peer ? `${cluster} -> ${peer}` : cluster;
    // Most say what is written; what was sent is worth a word.
    const sent = evidence === "packets" && status !== "skipped" ? `${colors.cyan("packets")}  ` : "";
    return `${marks[status]}  ${id.padEnd(width)}  ${where}  ${sent}${colors.dim(detail)}`;
  });
}
