import { deepEqual, doesNotMatch, equal, match, ok } from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { parse } from "parse5";
import { barsSvg } from "../../compare/show/bars-svg";
import { chartsOf } from "../../compare/show/charts";
import { commonNotes } from "../../compare/show/notes";
import { comparisonPage } from "../../compare/show/page";
import { groupsFor } from "../../compare/show/rows";
import { terminalText } from "../../compare/show/terminal";
import { apiReadersText, portTexts, rangeText } from "../../compare/show/texts";
import { wrapped } from "../../compare/show/wrapped";
import { backendNames, backendProfiles } from "../../components/backends/profiles";
import { comparisonOf, factsOf, measured, rehearsed, threeClusters } from "../support/compare";

const overInternet = { interconnect: "internet", exposure: "public" };
const textOf = (...args: Parameters<typeof terminalText>) => stripVTControlCharacters(terminalText(...args));

describe("the comparison at a terminal", () => {
  for (const columns of [60, 80, 120, 240]) {
    it(`fits ${columns} columns`, () => {
      for (const comparison of [comparisonOf(), rehearsed(comparisonOf(overInternet)), measured(comparisonOf())]) {
        const lines = textOf(comparison, columns).split("\n");
        deepEqual(
          lines.filter((line) => line.length > columns),
          [],
        );
      }
    });
  }

  it("has the numbers of all backends in one block of 120 columns", () => {
    const prices = textOf(comparisonOf(), 120)
      .split("\n")
      .filter((line) => line.startsWith("USD an hour"));
    equal(prices.length, 1);
    for (const backend of backendNames) ok(prices[0]?.includes(factsOf(backend).price.perHour.toFixed(2)));
  });

  it("has what was measured, with what is above the same calls elsewhere", () => {
    const text = textOf(measured(comparisonOf()), 200);
    match(text, /Measured on here \(2 of a processor, Linux 6\)/);
    match(text, /HTTP, p50 ms +3\.20 \(3\.00-3\.40\)/);
    match(text, /less local +\+1\.00, p99 \+1\.00/);
    match(text, /less balancers +\+0\.000, p99 \+0\.000/);
    match(text, /not measured +bytes by 4 streams/);
    match(text, /its pods did not run in/);
  });

  it("has the reason of a backend that refuses", () => {
    const text = textOf(comparisonOf(overInternet), 240).replace(/\s+/g, " ");
    match(text, /refused .*interconnect: Cilium's nodes send/);
  });

  it("has the reasons also where nobody takes the settings", () => {
    const comparison = comparisonOf(overInternet, ["cilium"]);
    match(textOf(comparison, 80), /interconnect: Cilium/);
    deepEqual(chartsOf(Object.values(comparison.backends)), []);
    match(comparisonPage(comparison), /\(refused\)/);
  });

  it("says once what all are warned of", () => {
    const large = { nodes: '{"instanceType":"m6a.2xlarge"}' };
    const { notes, others } = commonNotes(Object.values(comparisonOf(large, ["istio", "linkerd"]).backends));
    equal(notes.length, 1);
    match(notes[0] ?? "", /vCPUs/);
    ok(others.every(({ facts }) => !facts?.warnings.includes(notes[0] ?? "")));
  });

  it("breaks words only where they are longer than the column, and loses no letter", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 40 }), (text, width) => {
        const lines = wrapped(text, width);
        ok(lines.every((line) => line.length <= width));
        equal(lines.join("").replace(/\s/g, ""), text.replace(/\s/g, ""));
      }),
    );
    deepEqual(wrapped("redis-cart.boutique.svc", 20), ["redis-cart.boutique.", "svc"]);
  });
});

describe("the words of the comparison", () => {
  it("say who reads whose API server", () => {
    deepEqual(apiReadersText([]), ["nobody reads a peer's"]);
    equal(apiReadersText(factsOf("istio").apiReaders)[0], "every cluster reads every peer's");
    const own = { ...threeClusters, submariner: '{"broker":"cluster2"}' };
    equal(apiReadersText(factsOf("submariner", own).apiReaders)[0], "cluster1, cluster3 read that of cluster2");
  });

  it("put ports together by where they arrive", () => {
    deepEqual(portTexts(factsOf("linkerd").ports), ["load balancer: tcp 4143, tcp 4191", "nodes: tcp 4143"]);
    deepEqual([rangeText(["1.33"]), rangeText(["1.33", "1.34", "1.35"])], ["1.33", "1.33 to 1.35"]);
  });

  it("leave out rows that say nothing of anybody", () => {
    const rows = (candidates: Parameters<typeof groupsFor>[0]) =>
      groupsFor(candidates, ["glance", "words", "detail"]).flatMap((group) => group.rows.map(({ title }) => title));
    const comparison = comparisonOf();
    ok(!rows(Object.values(comparison.backends)).includes("up on AWS"));
    ok(rows(Object.values(rehearsed(comparison).backends)).includes("up on AWS"));
    equal(
      new Set(rows(Object.values(rehearsed(comparison).backends))).size,
      rows(Object.values(rehearsed(comparison).backends)).length,
    );
  });
});

describe("the charts of the comparison", () => {
  it("have bars that are the facts", () => {
    const charts = chartsOf(Object.values(comparisonOf().backends));
    const price = charts.find(({ title }) => title === "Price");
    for (const [index, backend] of backendNames.entries()) {
      const sum = price?.series.reduce((total, { values }) => total + (values[index] ?? 0), 0) ?? 0;
      ok(Math.abs(sum - factsOf(backend).price.perHour) < 0.001, `${backend}: ${sum}`);
    }
    deepEqual(
      price?.backends,
      backendNames.map((name) => backendProfiles[name].title),
    );
  });

  it("leave out who refuses, and time where nobody was rehearsed", () => {
    const charts = chartsOf(Object.values(comparisonOf(overInternet).backends));
    ok(charts.every(({ backends }) => !backends.includes("Cilium") && backends.length === backendNames.length - 1));
    ok(!charts.some(({ title }) => title === "Time on AWS"));
    ok(chartsOf(Object.values(rehearsed(comparisonOf()).backends)).some(({ title }) => title === "Time on AWS"));
  });

  it("show what was measured of those that were", () => {
    const charts = chartsOf(Object.values(measured(comparisonOf()).backends));
    const grpc = charts.find(({ title }) => title === "gRPC to the peer");
    deepEqual(grpc?.backends, ["Istio", "Plain load balancers"]);
    deepEqual(
      grpc?.series.map(({ values }) => values[0]),
      [3.2, 10],
    );
  });

  it("are pictures with a name and every value", () => {
    const [chart] = chartsOf(Object.values(comparisonOf({}, ["istio"]).backends));
    ok(chart);
    const svg = barsSvg(chart).markup;
    match(svg, /aria-label="Price"/);
    match(svg, />0\.68</);
    doesNotMatch(svg, /<style/);
  });
});

describe("the page of the comparison", () => {
  it("is HTML without a mistake that needs nothing from elsewhere", () => {
    const complaints: string[] = [];
    const page = comparisonPage(rehearsed(comparisonOf(overInternet)));
    parse(page, { onParseError: ({ code }) => complaints.push(code), sourceCodeLocationInfo: true });
    deepEqual(complaints, []);
    doesNotMatch(page, /<script|src=|@import|<link rel="stylesheet"/);
    for (const backend of backendNames) ok(page.includes(backendProfiles[backend].title.replace("'", "&#39;")));
  });

  it("escapes what it is given", () => {
    const comparison = { ...comparisonOf({}, ["istio"]), stack: "<script>alert(1)</script>" };
    doesNotMatch(comparisonPage(comparison), /<script/);
  });
});
