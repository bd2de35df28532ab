import { deepEqual, doesNotMatch, equal, match, ok, throws } from "node:assert/strict";
import { parse } from "parse5";
import { backendNames } from "../../components/backends/profiles";
import { placeText, trafficText } from "../../components/plan/flows";
import type { JournalEntry } from "../../rehearsal/base/operations";
import { escaped } from "../../rehearsal/report/html";
import { layoutOf } from "../../rehearsal/report/layout";
import { reportModel } from "../../rehearsal/report/model";
import { topologyOf } from "../../rehearsal/report/topology";
import { reportFile } from "../../rehearsal/report/write";
import { timelineOf } from "../../rehearsal/run/timeline";
import { clustersOf, isAccepted, planOf, withDemo } from "../support/config";
import { keepsApart } from "../support/layout";
import { reportOf, resultOf, timelines } from "../support/report";

const hostile = `<script>alert("1")</script>&'`;

/** Each backend in both ways of interconnecting that it takes: every kind of place is in one of them. */
const everyPicture = backendNames.flatMap((backend) =>
  (["peering", "internet"] as const)
    .map((interconnect) => ({
      ...withDemo,
      backend,
      interconnect,
      exposure: interconnect === "internet" ? "public" : "private",
    }))
    .filter(isAccepted),
);

describe("report", () => {
  describe("timeline", () => {
    const entry = (
      urn: string,
      start: number,
      end: number | undefined,
      more: Partial<JournalEntry> = {},
    ): JournalEntry => ({
      verb: "create",
      urn,
      type: "t",
      name: urn,
      start,
      ...(end === undefined ? {} : { end }),
      ...more,
    });

    it("begins at zero, goes by start and marks the critical path", () => {
      const timeline = timelineOf([entry("b", 110, 120), entry("a", 100, 105)], ["b"], "create");
      deepEqual(
        timeline.map(({ name, start, end, critical }) => [name, start, end, critical]),
        [
          ["a", 0, 5, false],
          ["b", 10, 20, true],
        ],
      );
    });

    it("marks only what the phase does to the resources on the path", () => {
      const [reading] = timelineOf([entry("a", 0, 1, { verb: "read" })], ["a"], "create");
      equal(reading?.critical, false);
    });

    it("knows what failed, and lets what never ended last until the end", () => {
      const timeline = timelineOf([entry("a", 0, undefined), entry("b", 1, 9, { error: "no" })], [], "create");
      deepEqual(
        timeline.map(({ end, failed }) => [end, failed]),
        [
          [9, false],
          [9, true],
        ],
      );
    });
  });

  describe("model", () => {
    it("names the shortcomings, the errors and what is left", () => {
      const { up, destroy } = resultOf();
      ok(up && destroy);
      const model = reportModel(
        resultOf({
          up: { ...up, result: "failed", errors: ["VpcLimitExceeded"] },
          destroy: { ...destroy, leftovers: { aws: ["eni-1"], kubernetes: [], state: 1 } },
        }),
        planOf(),
        timelines,
        false,
      );
      deepEqual(model.errors, ["VpcLimitExceeded"]);
      deepEqual(model.leftovers, ["eni-1"]);
      ok(model.shortcomings.includes("up failed"));
    });

    it("tells checks that were skipped from those that failed", () => {
      const check = (status: "pass" | "skipped") => ({
        id: "mtu",
        cluster: "cluster1",
        status,
        evidence: "configuration" as const,
        expected: "",
        detail: "",
        seconds: 0,
      });
      const { figures } = reportModel(
        resultOf({ checks: [check("pass"), check("skipped")] }),
        planOf(),
        timelines,
        false,
      );
      const found = figures.find(({ name }) => name === "checks passed");
      deepEqual([found?.value, found?.note], ["1 of 2", "1 skipped, as they do not apply"]);
    });

    it("has a chart for each phase that ran, on one scale", () => {
      const { charts } = reportModel(resultOf(), planOf(), timelines, false);
      deepEqual(
        charts.map(({ id, until }) => [id, until]),
        [
          ["up", 600],
          ["destroy", 600],
        ],
      );
      deepEqual(reportModel(resultOf(), planOf(), {}, false).charts, []);
    });

    it("has every flow in its table, and an arrow for each in the picture", () => {
      const plan = planOf();
      const { sections, topology } = reportModel(resultOf(), plan, timelines, false);
      const rows = sections.find(({ id }) => id === "flows")?.tables[0]?.rows;
      deepEqual(
        rows,
        plan.flows.map(({ from, to, traffic, why }) => [placeText(from), placeText(to), trafficText(traffic), why]),
      );
      equal(topology.arrows.length, plan.flows.length);
      deepEqual(topology.omitted, []);
    });

    it("shows the door by which people come in, beside the gateways between clusters", () => {
      const plan = planOf(withDemo);
      const { sections, topology } = reportModel(resultOf(), plan, timelines, false);
      const [own] = plan.clusters.filter(({ frontDoor }) => frontDoor);
      ok(own?.frontDoor);
      const { name, ports } = own.frontDoor;
      const box = topology.groups[0]?.boxes.find(({ title }) => title === name);
      deepEqual(box?.lines, ["public load balancer", `${ports[0]?.port} to node port ${ports[0]?.nodePort}`]);
      const rows = sections.find(({ id }) => id === "admission")?.tables[1]?.rows ?? [];
      ok(
        rows.some((row) => row.join() === [own.name, name, "public", "198.51.100.0/24"].join()),
        JSON.stringify(rows),
      );
    });

    it("draws three clusters of many and names the others", () => {
      const { groups, omitted } = topologyOf(planOf({ clusters: clustersOf(5) }));
      deepEqual([groups.length, omitted], [3, ["cluster4", "cluster5"]]);
    });
  });

  it("keeps boxes and labels of the picture apart", async () => {
    for (const settings of [...everyPicture, { clusters: clustersOf(3) }]) {
      keepsApart(await layoutOf(topologyOf(planOf(settings))));
    }
  });

  it("draws arrows from where their flows begin to where they end", async () => {
    for (const settings of everyPicture) {
      const { boxes, arrows } = await layoutOf(topologyOf(planOf(settings)));
      const areas = new Map(boxes.map(({ what, area }) => [what.id, area]));
      for (const { what, points } of arrows) {
        for (const [id, point] of [[what.from, points[0]] as const, [what.to, points.at(-1)] as const]) {
          const area = areas.get(id);
          ok(area && point);
          ok(point.x === area.x || point.x === area.x + area.width, `${id} is not where its arrow is`);
          ok(point.y > area.y && point.y < area.y + area.height, `${id} is not where its arrow is`);
        }
      }
    }
  });

  it("is well-formed and refers to nothing outside of itself", async () => {
    const html = await reportOf();
    const errors: string[] = [];
    parse(html, { onParseError: ({ code, startLine }) => errors.push(`${code} in line ${startLine}`) });
    deepEqual(errors, []);
    doesNotMatch(html, /\b(src|href)="(?!#|data:)/);
    doesNotMatch(html, /url\((?!#)|@import|<script/);
    doesNotMatch(html.replaceAll('="http://www.w3.org/', ""), /https?:/);
  });

  it("draws a bar with a tooltip for what takes time, and the critical path in its colour", async () => {
    const html = await reportOf();
    const bars = [...html.matchAll(/<path [^>]*fill="var\(--(\w+)\)"[^>]*><title>(\w+ \w+)/g)].map(
      ([, ...found]) => found,
    );
    deepEqual(bars, [
      ["critical", "create first"],
      ["critical", "create cluster"],
      ["bar", "create beside"],
      ["critical", "delete cluster"],
    ]);
    match(html, /Left out: 1 of less than a second/);
  });

  it("escapes every text that is not its own", async () => {
    equal(escaped(hostile), "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;");
    const { up, destroy } = resultOf();
    ok(up && destroy);
    const html = await reportOf(
      resultOf({
        stack: hostile,
        clusters: [hostile],
        charts: hostile,
        up: { ...up, errors: [hostile] },
        checks: [
          {
            expected: "",
            seconds: 0,
            id: hostile,
            cluster: hostile,
            status: "fail",
            evidence: "configuration",
            detail: hostile,
          },
        ],
        destroy: { ...destroy, leftovers: { aws: [hostile], kubernetes: [hostile], state: 0 } },
        openedWebhooks: [{ cluster: hostile, configuration: hostile, webhook: hostile }],
      }),
      planOf(),
      { up: [{ verb: "create", type: hostile, name: hostile, start: 0, end: 9, critical: true, failed: true }] },
    );
    doesNotMatch(html, /<script|alert\("1"\)/);
  });

  it("says which file it cannot write before anything is done", () => {
    throws(() => reportFile("/dev/null/report.html", "test"), /No report can be written to \/dev\/null\/report\.html/);
  });
});
