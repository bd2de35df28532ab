/** What the page shows as charts: bars of every backend that takes the settings. */
import { timesOf } from "../../components/plan/joining";
import type { BackendFacts } from "../facts/backend-facts";
import type { Candidate } from "../facts/comparison";
import type { MeasuredFacts } from "../facts/measured-facts";
import type { RehearsalFacts } from "../facts/rehearsal-facts";
import { callKinds, callsIn } from "./measured-texts";

/** Colours of the page, in the order in which series take them. */
const colours = ["--nodes", "--balancer", "--critical", "--api", "--link", "--bar"] as const;

/** Bars of one kind, one for each backend. */
export interface Series {
  readonly name: string;
  /** A colour of the page, as CSS writes it. */
  readonly colour: string;
  readonly values: readonly number[];
}

/** A chart. */
export interface BarChart {
  readonly title: string;
  readonly note: string;
  /** Titles of the backends. */
  readonly backends: readonly string[];
  readonly series: readonly Series[];
  /** Whether the series add up. */
  readonly stacked: boolean;
  /** Digits after the point. */
  readonly digits: number;
}

/** The charts; those of rehearsals where there were some. */
export function chartsOf(candidates: readonly Candidate[]): BarChart[] {
  const planned = candidates.flatMap(({ title, facts }) => (facts ? [{ title, facts }] : []));
  const rehearsed = candidates.flatMap(({ title, rehearsal }) => (rehearsal ? [{ title, facts: rehearsal }] : []));
  const measured = candidates.flatMap(({ title, measured: facts }) => (facts ? [{ title, facts }] : []));
  if (planned.length === 0) return [];
  return [
    priceChart(planned),
    chart("Open between clusters", "Counts, in the whole lab; rules on the cluster with the most.", planned, [
      ["load balancers for peers", ({ loadBalancers }) => loadBalancers.forPeers],
      ["ports", ({ ports }) => ports.length],
      ["ingress rules", ({ securityGroupRules }) => securityGroupRules],
    ]),
    stacked("CPU requested", "Millicores in the whole lab, of the backend alone.", planned, [
      ["its own pods", ({ load }) => load.requests.cpu],
      ["proxies in the demo's pods", ({ load }) => load.proxyRequests.cpu],
    ]),
    stacked(
      "Memory requested",
      "MiB in the whole lab, of the backend alone. No request is no promise of no use.",
      planned,
      [
        ["its own pods", ({ load }) => load.requests.memory],
        ["proxies in the demo's pods", ({ load }) => load.proxyRequests.memory],
      ],
    ),
    chart(
      "By hand",
      "What a person enters to join two clusters that are there, and to build all of it here.",
      planned,
      [
        ["steps of the makers' guide", ({ byHand }) => timesOf(byHand.upstream.steps)],
        ["commands here", ({ byHand }) => byHand.here.length],
      ],
    ),
    ...(rehearsed.length > 0 ? [timeChart(rehearsed)] : []),
    ...(measured.length > 0 ? measuredCharts(measured) : []),
  ];
}

interface Subject<T> {
  readonly title: string;
  readonly facts: T;
}

type Values<T> = readonly (readonly [name: string, value: (facts: T) => number])[];

function chart<T>(title: string, note: string, subjects: readonly Subject<T>[], values: Values<T>): BarChart {
  return {
    title,
    note,
    backends: subjects.map((subject) => subject.title),
    series: values.map(([name, value], index) => ({
      name,
      colour: `var(${colours[index % colours.length]})`,
      values: subjects.map(({ facts }) => value(facts)),
    })),
    stacked: false,
    digits: 0,
  };
}

function stacked<T>(...args: Parameters<typeof chart<T>>): BarChart {
  return { ...chart(...args), stacked: true };
}

function priceChart(subjects: readonly Subject<BackendFacts>[]): BarChart {
  const parts = [...new Set(subjects.flatMap(({ facts }) => facts.price.items.map(({ what }) => what)))];
  const [first] = subjects;
  const note = `USD an hour in us-east-1, without ${first?.facts.price.without.join(" and ") ?? "anything"}.`;
  const costOf =
    (part: string) =>
    ({ price }: BackendFacts) =>
      price.items.filter(({ what }) => what === part).reduce((sum, { count, each }) => sum + count * each, 0);
  return {
    ...stacked(
      "Price",
      note,
      subjects,
      parts.map((part) => [part, costOf(part)] as const),
    ),
    digits: 2,
  };
}

function timeChart(subjects: readonly Subject<RehearsalFacts>[]): BarChart {
  return chart("Time on AWS", "Minutes by the emulated AWS's clock, and the longest chain of operations.", subjects, [
    ["up", ({ up }) => up?.awsMinutes ?? 0],
    ["up, at least", ({ up }) => up?.lowerBoundMinutes ?? 0],
    ["down", ({ destroy }) => destroy?.awsMinutes ?? 0],
    ["down, at least", ({ destroy }) => destroy?.lowerBoundMinutes ?? 0],
  ]);
}

function measuredCharts(subjects: readonly Subject<MeasuredFacts>[]): BarChart[] {
  const latency = callKinds.map(([name, kind]): BarChart => {
    const value = (percentile: "p50" | "p99") => (facts: MeasuredFacts) =>
      callsIn(facts, kind)?.[percentile].middle ?? 0;
    return {
      ...chart(`${name} to the peer`, "Milliseconds, of the runs' middle.", subjects, [
        ["p50", value("p50")],
        ["p99", value("p99")],
      ]),
      digits: 2,
    };
  });
  const usage = chart(
    "CPU for a call",
    "Milliseconds, of the backend's pods and proxies; 0 where it cannot be told from none.",
    subjects,
    [
      // Where calls cost nothing that can be told from none, the difference may be negative.
      ["CPU", ({ usage }) => Math.max(0, usage?.cpuPerThousand.middle ?? 0)],
    ],
  );
  return [...latency, { ...usage, digits: 2 }];
}
