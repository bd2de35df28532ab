import type { CheckResult } from "./run";

/**
 * The findings as JUnit's XML, as build servers read it: a suite for each cluster, in which a check of a pair is a case of the
 * cluster that was asked from. A warning passes, and is in the output of its case.
 *
 * @param time when the checks were asked
 */
export function junitXml(title: string, checks: readonly CheckResult[], time = new Date()): string {
  const clusters = [...new Set(checks.map(({ cluster }) => cluster))];
  const suites = clusters.map((cluster) =>
    suiteOf(
      cluster,
      checks.filter((check) => check.cluster === cluster),
      time,
    ),
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    element("testsuites", { name: title, ...counts(checks) }, suites),
    "",
  ].join("\n");
}

function suiteOf(cluster: string, checks: readonly CheckResult[], time: Date): string {
  const timestamp = time.toISOString().slice(0, 19);
  return element("testsuite", { name: cluster, timestamp, ...counts(checks) }, checks.map(caseOf));
}

function counts(checks: readonly CheckResult[]) {
  const number = (status: CheckResult["status"]) => checks.filter((check) => check.status === status).length;
  return {
    tests: checks.length,
    failures: number("fail"),
    errors: 0,
    skipped: number("skipped"),
    // They are asked side by side: that of the longest.
    time: Math.max(0, ...checks.map(({ seconds }) => seconds)),
  };
}

function caseOf({ id, cluster, peer, evidence, status, detail, expected, seconds }: CheckResult): string {
  const name = peer === undefined ? id : `${id} to ${peer}`;
  const properties = Object.entries({ cluster, peer, evidence, expected }).flatMap(([key, value]) =>
    value === undefined ? [] : [element("property", { name: key, value })],
  );
  const outcome = {
    fail: () =>
      element("failure", { type: evidence, message: detail }, [text(`expected: ${expected}\nactual: ${detail}`)]),
    skipped: () => element("skipped", { message: detail }),
    warning: () => element("system-out", {}, [text(`warning: ${detail}`)]),
    pass: () => element("system-out", {}, [text(detail)]),
  }[status]();
  return element("testcase", { name, classname: `${cluster}.${id}`, time: seconds }, [
    element("properties", {}, properties),
    outcome,
  ]);
}

function element(name: string, attributes: Readonly<Record<string, string | number>>, content: readonly string[] = []) {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${text(`${value}`)}"`);
  return content.length === 0
    ? `<${name}${written.join("")}/>`
    : `<${name}${written.join("")}>${content.join("\n")}</${name}>`;
}

/** As it may stand in XML 1.0, which has no control characters at all. */
function text(value: string): string {
  return value
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "?")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\n", "&#10;");
}
