/** The rows of the comparison: what each says of a backend, in words. Tables, page and documentation are made from these. */
import { timesOf } from "../../components/plan/joining";
import type { BackendFacts } from "../facts/backend-facts";
import type { Candidate } from "../facts/comparison";
import type { MeasuredFacts } from "../facts/measured-facts";
import type { RehearsalFacts } from "../facts/rehearsal-facts";
import { callKinds, callsIn, differencesText, echoTexts, failedText, spreadText } from "./measured-texts";
import { apiReadersText, boundText, minutesText, portTexts, rangeText, stepTexts, sumText } from "./texts";

/** Lines of a cell: one for each thing that it says. */
export type Lines = readonly string[];

/** A row. */
export interface Row {
  readonly title: string;
  /** `glance`: a number or a few words. `words`: a sentence. `detail`: more than a terminal has room for. */
  readonly depth: "glance" | "words" | "detail";
  /** Empty where there is nothing to say of a backend. */
  readonly cell: (candidate: Candidate) => Lines;
}

/** Rows that belong together. */
export interface Group {
  readonly title: string;
  readonly rows: readonly Row[];
}

type Depth = Row["depth"];
type Cell<T> = (facts: T) => Lines | string | number | undefined;

const linesOf = (said: ReturnType<Cell<unknown>>): Lines => {
  if (said === undefined) return [];
  return typeof said === "string" || typeof said === "number" ? [String(said)] : said;
};

const fact = (depth: Depth, title: string, cell: Cell<BackendFacts>): Row => ({
  title,
  depth,
  cell: ({ facts }) => (facts ? linesOf(cell(facts)) : []),
});

const rehearsed = (depth: Depth, title: string, cell: Cell<RehearsalFacts>): Row => ({
  title,
  depth,
  cell: ({ rehearsal }) => (rehearsal ? linesOf(cell(rehearsal)) : []),
});

const measured = (depth: Depth, title: string, cell: Cell<MeasuredFacts>): Row => ({
  title,
  depth,
  cell: ({ measured: found }) => (found ? linesOf(cell(found)) : []),
});

/** All rows, in the order in which they are shown. */
const groups: readonly Group[] = [
  {
    title: "What it is",
    rows: [
      { title: "joins by", depth: "words", cell: ({ joins }) => [joins] },
      {
        title: "refused",
        depth: "words",
        cell: ({ refused }) => refused.map(({ key, problem, fix }) => `${key}: ${problem}. ${fix}`),
      },
      fact("glance", "Kubernetes", ({ kubernetesVersions }) => rangeText(kubernetesVersions)),
      fact("detail", "charts", ({ charts }) => charts.map(({ name, version }) => `${name} ${version}`)),
    ],
  },
  {
    title: "What it takes",
    rows: [
      fact("glance", "USD an hour", ({ price }) => price.perHour.toFixed(2)),
      fact("glance", "load balancers", ({ loadBalancers: { forPeers, forPeople } }) => [
        `${forPeers} for peers`,
        ...(forPeople > 0 ? [`${forPeople} for people`] : []),
      ]),
      fact("glance", "pods of its own", ({ load }) => load.pods),
      fact("glance", "proxies", ({ load }) => load.proxies),
      fact("glance", "CPU, millicores", ({ load }) => sumText(load.requests.cpu, load.proxyRequests.cpu)),
      fact("glance", "memory, MiB", ({ load }) => sumText(load.requests.memory, load.proxyRequests.memory)),
    ],
  },
  {
    title: "Network",
    rows: [
      fact("glance", "ingress rules", ({ securityGroupRules }) => securityGroupRules),
      fact("glance", "MTU of the path", ({ mtu }) => mtu.path),
      fact("glance", "MTU of pods", ({ mtu }) => mtu.pod),
      fact("detail", "MTU, why", ({ mtu }) => mtu.why),
      fact("words", "between clusters", ({ ports }) => portTexts(ports)),
      fact("words", "API servers", ({ apiReaders, openApiServers }) => [
        ...apiReadersText(apiReaders),
        ...openApiServers.map((cluster) => `that of ${cluster} is open to the internet`),
      ]),
    ],
  },
  {
    title: "Security",
    rows: [
      fact("glance", "encrypted by", ({ encryption: { method } }) => method ?? "nothing"),
      fact("words", "between", ({ encryption: { ends } }) => ends),
      fact("words", "in clear", ({ encryption: { inClear } }) => inClear ?? "nothing"),
      fact("words", "callers known by", ({ encryption: { identity } }) => identity),
      fact("words", "kept out by", ({ accessControl }) => accessControl),
      fact("detail", "not under the root", ({ trustNote }) => trustNote),
    ],
  },
  {
    title: "Services",
    rows: [
      fact("glance", "global Services", ({ globalService: { affinities } }) => affinities.join(", ") || "none"),
      fact("words", "why not more", ({ globalService: { limits } }) => limits),
      fact("words", "Redis, elsewhere", ({ redis }) => redis?.address),
      fact("words", "takes", ({ redis }) => redis?.configuration.replaceAll("`", "")),
    ],
  },
  {
    title: "Clusters",
    rows: [
      fact("glance", "CNI", ({ clusters: { cni } }) => cni),
      fact("words", "same on all", ({ clusters: { same } }) => same.join(", ")),
      fact("words", "each its own", ({ clusters: { own, sameAddresses } }) =>
        [...own, ...(sameAddresses ? [] : ["addresses of pods and Services"])].join(", "),
      ),
    ],
  },
  {
    title: "By hand",
    rows: [
      fact("glance", "steps upstream", ({ byHand: { upstream } }) => timesOf(upstream.steps)),
      fact("glance", "and a Service", ({ byHand: { upstream } }) => timesOf(upstream.eachService)),
      fact("glance", "commands here", ({ byHand: { here } }) => here.length),
      fact("detail", "which steps", ({ byHand: { upstream } }) => stepTexts(upstream)),
      fact("detail", "guide", ({ byHand: { upstream } }) => upstream.source),
      fact("detail", "which commands", ({ byHand: { here } }) => here),
    ],
  },
  {
    title: "Rehearsed",
    rows: [
      rehearsed("glance", "up on AWS", ({ up }) => (up ? minutesText(up) : "did not end")),
      rehearsed("glance", "up, at least", ({ up }) => up && boundText(up)),
      rehearsed("glance", "down on AWS", ({ destroy }) => (destroy ? minutesText(destroy) : "did not end")),
      rehearsed("glance", "down, at least", ({ destroy }) => destroy && boundText(destroy)),
      rehearsed("glance", "resources", ({ resources }) => resources),
      rehearsed("glance", "of Kubernetes", ({ objects }) => objects),
      rehearsed("glance", "second up", ({ secondUpChanges }) =>
        secondUpChanges === undefined ? "not run" : `${secondUpChanges} changes`,
      ),
      rehearsed("glance", "checks passed", ({ checks: { passed, asked } }) => `${passed} of ${asked}`),
      rehearsed("glance", "by packets", ({ checks: { byPackets } }) => byPackets),
      rehearsed("words", "went wrong", ({ shortcomings }) => shortcomings),
    ],
  },
  {
    title: "Measured",
    rows: [
      ...callKinds.flatMap(([name, kind]) => [
        measured("glance", `${name}, p50 ms`, (facts) => spreadText(callsIn(facts, kind)?.p50)),
        measured("glance", "p90", (facts) => spreadText(callsIn(facts, kind)?.p90)),
        measured("glance", "p99", (facts) => spreadText(callsIn(facts, kind)?.p99)),
        measured("detail", "p99.9", (facts) => spreadText(callsIn(facts, kind)?.p999)),
        measured("glance", "less local", (facts) => differencesText(callsIn(facts, kind)?.overLocal)),
        measured("glance", "less balancers", (facts) => differencesText(callsIn(facts, kind)?.overBalancer)),
        measured("detail", "calls a second", (facts) => spreadText(callsIn(facts, kind)?.achieved)),
        measured("glance", "failed", (facts) => failedText(callsIn(facts, kind))),
      ]),
      measured("glance", "MB/s, 1 stream", (facts) => echoTexts(facts, 1)),
      measured("glance", "MB/s, 4 streams", (facts) => echoTexts(facts, 4)),
      measured("glance", "Redis GETs a s", ({ redis }) => spreadText(redis?.requests)),
      measured("glance", "p50, ms", ({ redis }) => spreadText(redis?.p50)),
      measured("glance", "p99, ms", ({ redis }) => spreadText(redis?.p99)),
      measured("glance", "copy's lag, ms", ({ redis }) => spreadText(redis?.lag)),
      measured("glance", "CPU idle, cores", ({ usage }) => spreadText(usage?.idleCpu)),
      measured("glance", "CPU s, per 1000", ({ usage }) => spreadText(usage?.cpuPerThousand)),
      measured("glance", "memory, MB", ({ usage }) => spreadText(usage?.megabytes)),
      {
        title: "not measured",
        depth: "words",
        cell: ({ measured: found, notMeasured }) => found?.missing ?? (notMeasured === undefined ? [] : [notMeasured]),
      },
    ],
  },
  { title: "To know", rows: [fact("words", "warnings", ({ warnings }) => warnings)] },
];

/**
 * The groups, without rows that say nothing of any backend.
 *
 * @param depths of the rows that are wanted
 */
export function groupsFor(candidates: readonly Candidate[], depths: readonly Depth[]): Group[] {
  const says = ({ cell }: Row) => candidates.some((candidate) => cell(candidate).length > 0);
  return groups
    .map(({ title, rows }) => ({ title, rows: rows.filter((row) => depths.includes(row.depth) && says(row)) }))
    .filter(({ rows }) => rows.length > 0);
}
