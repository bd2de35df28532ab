import { deepEqual, doesNotMatch, equal, match, ok, rejects, throws } from "node:assert/strict";
import type { LiveLab } from "../../checks/common/check";
import type { NodeSummary } from "../../checks/kube/client";
import { withMeasurements } from "../../compare/cli/measurements";
import { measuredFacts } from "../../compare/facts/measured-facts";
import { planProbes, sharedForMeasuring } from "../../components/lab/probes";
import { nodesOf } from "../../measure/machine";
import { measure } from "../../measure/measure";
import { type CallRun, type Measurement, spreadOf } from "../../measure/measurement";
import { Runs } from "../../measure/runs";
import { usageOf } from "../../measure/usage";
import { clusterNames, fakeLab } from "../support/checks";
import { comparisonOf } from "../support/compare";
import { planOf, withDemo } from "../support/config";
import { measurementOf } from "../support/measurement";
import { host, namespace, nodes, pod } from "../support/packets-lab";

const header = {
  at: "2026-11-28T00:00:00Z",
  machine: { name: "here", processor: "one", processors: 2, kernel: "Linux" },
  kubernetes: "1.35.0",
  charts: ["istiod 1"],
};

const target = (protocol: "http" | "grpc" | "tcp", on: string) => ({
  ...{ service: `probe-${protocol}-${on}`, protocol, host: `probe-${protocol}-${on}.mesh`, port: 8000, on: [on] },
  from: clusterNames.filter((name) => name !== on),
});
const probes = {
  namespace: "lab-probes",
  caller: { app: "probe-http", container: "server" },
  targets: (["http", "grpc", "tcp"] as const).flatMap((protocol) => clusterNames.map((on) => target(protocol, on))),
};

const clientTimes = (hundredths: number) =>
  [50, 90, 99, 99.9].map((Percentile) => ({ Percentile, Value: hundredths / 100_000 }));

interface Said {
  /** Whether a load of what is named in it is answered. */
  answers: (args: readonly string[]) => boolean;
  copies: number;
  summary: NodeSummary;
}

/** A lab whose pods call and are called; what was called is noted. */
function measuredLab(change: (said: Said) => void = () => {}) {
  const said: Said = { answers: () => true, copies: 1, summary: { pods: [] } };
  change(said);
  const called: string[][] = [];
  const demo = {
    namespace,
    instances: [{ cluster: "cluster1", service: "redis-cart", addresses: {} }],
    replicas: [{ cluster: "cluster2", primaryHost: host }],
  } as unknown as NonNullable<LiveLab["demo"]>;
  const objects = [...nodes, pod("redis-cart", namespace), pod("probe-http", probes.namespace)];
  const fake = fakeLab({ backend: "istio", trustAnchor: "", demo, probes }, { cluster1: objects, cluster2: objects });
  for (const name of clusterNames) {
    fake.kube[name].counting = () => said.summary;
    fake.kube[name].answering = (_pod, _container, command) => {
      const [program, , ...args] = command;
      if (program === "sh") return { stdout: redis(command[2] ?? "", said) };
      called.push([name, ...command]);
      if (!said.answers(args)) return { exitCode: 1, stderr: "dial tcp: connection refused\n" };
      const calls = { Count: 400, Percentiles: clientTimes(300) };
      // At the rate at which it is measured one call fails.
      const http = args[args.indexOf("-qps") + 1] === "100" ? { 200: 399, 503: 1 } : { 200: 400 };
      const RetCodes = args.includes("-grpc") ? { SERVING: 400 } : http;
      return { stdout: JSON.stringify({ ActualQPS: 99.5, DurationHistogram: calls, RetCodes }) };
    };
  }
  return { lab: fake.lab, called };
}

function redis(script: string, { copies }: Said): string {
  if (script.startsWith("redis-benchmark")) return '"test","rps"\n"GET","2500.5","0.3","0.1","3.1","4","9.5","10"\n';
  return `${"10\n500\nOK\nCOPIES\n10\n2500\n".replace("COPIES", `${copies}`).repeat(20)}`;
}

const quick = { header, effort: { runs: 2, seconds: 0.001, rate: 100 }, tell: () => {}, patienceMs: 1 };

describe("measuring a lab", function () {
  this.timeout(120_000);

  it("has every run of calls, bytes and Redis, between clusters and within one", async () => {
    const { lab, called } = measuredLab();
    const { calls, echoes, redis: runs, mtu } = await measure(lab, { ...quick, windowMs: 1 });
    deepEqual(calls.map(({ cell }) => `${cell.protocol} ${cell.connections} ${cell.path}`).sort(), [
      "grpc kept local",
      "grpc kept peer",
      "http kept local",
      "http kept peer",
      "http new local",
      "http new peer",
    ]);
    for (const each of [...calls, ...echoes]) equal(each.runs.length, 2);
    deepEqual(calls[1]?.runs[0], { p50: 3, p90: 3, p99: 3, p999: 3, failed: 1, calls: 400, achieved: 99.5 });
    deepEqual(echoes[0]?.runs[0], { megabytes: 6.521 });
    deepEqual(runs?.[0], { requests: 2501, p50: 3.1, p99: 9.5, lag: 2 });
    ok(mtu.path > 0);
    // Within a cluster by the Service's own name, to the peer by the exported one.
    ok(called.some((each) => each.at(-1) === "http://probe-http-cluster1.lab-probes.svc.cluster.local:8000/"));
    ok(called.some((each) => each.at(-1) === "http://probe-http-cluster2.mesh:8000/"));
  });

  it("says what does not answer, and measures the rest", async () => {
    const { lab } = measuredLab((said) => {
      said.answers = (args) => !args.some((each) => each.includes("probe-tcp-cluster2"));
      said.copies = 0;
    });
    const { calls, echoes, redis: runs, missing } = await measure(lab, { ...quick, windowMs: 1 });
    equal(calls.length, 6);
    deepEqual(
      echoes.map(({ cell }) => cell.to),
      ["cluster1", "cluster1"],
    );
    deepEqual(runs, []);
    match(missing.join("\n"), /bytes by 4 streams from cluster1 to cluster2: probe-tcp-cluster2.mesh does not answer/);
    match(missing.join("\n"), /Redis: no copy confirmed a write/);
  });

  it("measures nothing of pods that are simulated, and says so", async () => {
    const { lab } = measuredLab();
    const simulated = { ...lab, probes: { ...probes, caller: { ...probes.caller, app: "nobody" } }, demo: undefined };
    const { calls, echoes, missing } = await measure(simulated, { ...quick, windowMs: 1 });
    deepEqual([calls, echoes], [[], []]);
    match(missing.join("\n"), /from cluster1: there is no pod of nobody/);
    match(missing.join("\n"), /Redis: the demo has no copy/);
  });
});

describe("runs", () => {
  it("are all made, in an order by chance", async () => {
    const order: string[] = [];
    const runs = new Runs(2, () => 0);
    for (const name of ["a", "b"]) runs.plan(name, name, async () => void order.push(name));
    await runs.all(() => {});
    deepEqual(order.toSorted(), ["a", "a", "b", "b"]);
    ok(order.join() !== "a,a,b,b");
  });

  it("that fail are missing, once each", async () => {
    const runs = new Runs(2);
    const { runs: done } = runs.plan("a", "calls", async () => {
      throw new Error("refused");
    });
    await runs.all(() => {});
    deepEqual([done, runs.missing], [[], ["calls: refused"]]);
  });
});

describe("a spread", () => {
  it("has the middle between the least and the greatest", () => {
    deepEqual(spreadOf([3, 1, 2]), { middle: 2, least: 1, greatest: 3 });
    deepEqual(spreadOf([4, 1]), { middle: 2.5, least: 1, greatest: 4 });
    throws(() => spreadOf([]), RangeError);
  });
});

describe("what a backend takes", () => {
  const stats = (name: string, cores: number, bytes: number) => ({
    ...{ name, cpu: { usageCoreNanoSeconds: cores * 1e9 }, memory: { workingSetBytes: bytes * 1e6 } },
  });
  const summary: NodeSummary = {
    pods: [
      { podRef: { name: "istiod-1", namespace: "istio-system" }, containers: [stats("discovery", 3, 50)] },
      {
        podRef: { name: "web-1", namespace: "shop" },
        containers: [stats("server", 9, 90), stats("istio-proxy", 1, 20)],
      },
      { podRef: { name: "cilium-abc", namespace: "kube-system" }, containers: [stats("agent", 5, 70)] },
      { podRef: { name: "coredns-1", namespace: "kube-system" }, containers: [stats("coredns", 7, 70)] },
    ],
  };
  const clusters = [{ kube: { nodeSummary: async () => summary }, nodes: ["one", "two"] }];

  it("is its own pods and its proxies in others, on all nodes", async () => {
    const owned = { namespaces: ["istio-system"], system: [], containers: ["istio-proxy"] };
    deepEqual(await usageOf(clusters, owned), { cpuSeconds: 8, megabytes: 140 });
  });

  it("is found in kube-system by the pods' names", async () => {
    const owned = { namespaces: [], system: ["cilium-"], containers: [] };
    deepEqual(await usageOf(clusters, owned), { cpuSeconds: 10, megabytes: 140 });
  });

  it("is not known where a kubelet does not tell", async () => {
    const silent = { kube: { nodeSummary: async () => Promise.reject(new Error("403")) }, nodes: ["one"] };
    await rejects(usageOf([silent], { namespaces: [], system: [], containers: [] }), /403/);
  });
});

describe("measured facts", () => {
  const slower = (by: number): Measurement => {
    const raw = measurementOf("istio");
    const more = (run: CallRun) => ({ ...run, p50: run.p50 + by, p99: run.p99 + by });
    return { ...raw, calls: raw.calls.map(({ cell, runs }) => ({ cell, runs: runs.map(more) })) };
  };

  it("have what is above calls within a cluster, and above plain load balancers", () => {
    const [first] = measuredFacts(slower(2), measurementOf("loadbalancer")).calls;
    deepEqual([first?.overLocal?.p50, first?.overBalancer], [1, { p50: 2, p99: 2 }]);
  });

  it("are never put beside another machine's", () => {
    const elsewhere = measurementOf("loadbalancer");
    const { calls } = measuredFacts(slower(2), { ...elsewhere, machine: { ...elsewhere.machine, name: "elsewhere" } });
    ok(calls.every(({ overBalancer }) => overBalancer === undefined));
  });
});

describe("stand-ins for measuring", () => {
  const targetsOf = (backend: string, more = {}) =>
    planProbes(planOf({ backend, ...more }), "measuring")?.probes.targets.map(
      ({ protocol, on }) => `${protocol} ${on}`,
    );

  it("are one of each protocol on every cluster, besides the global one", () => {
    deepEqual(targetsOf("istio")?.sort(), [
      ...["grpc cluster1", "grpc cluster2", "http cluster1", "http cluster1,cluster2", "http cluster2"],
      ...["tcp cluster1", "tcp cluster2"],
    ]);
  });

  it("are with plain load balancers what these were told to share, in namespaces that the program makes", () => {
    equal(targetsOf("loadbalancer", withDemo), undefined);
    const shared = JSON.stringify({ shared: sharedForMeasuring(["cluster1", "cluster2"]) });
    const plan = planProbes(planOf({ backend: "loadbalancer", loadbalancer: shared }), "measuring");
    equal(plan?.probes.targets.length, 6);
    const http = plan?.probes.targets.find(({ protocol, on }) => protocol === "http" && on[0] === "cluster1");
    equal(http?.host, "probe-http-cluster1-cluster1.lab-probes.svc.cluster.local");
    const kinds = plan?.objects.cluster1?.map(({ kind, metadata }) => `${kind} ${metadata.name}`) ?? [];
    ok(!kinds.includes("Namespace lab-probes") && kinds.includes("Deployment probe-http"));
  });
});

describe("the machines of a lab that is up", () => {
  const node = (name: string, type: string, cpu: string, annotations = {}) => ({
    ...{ apiVersion: "v1", kind: "Node" },
    metadata: { name, labels: { "node.kubernetes.io/instance-type": type }, annotations },
    status: { capacity: { cpu }, nodeInfo: { kernelVersion: "6.12", kubeletVersion: "v1.35.2" } },
  });

  it("are its nodes, but for those that are simulated, and never the one on which the command runs", async () => {
    const simulated = node("c", "m5.8xlarge", "32", { "kwok.x-k8s.io/node": "fake" });
    const { lab } = fakeLab(
      { backend: "istio", trustAnchor: "" },
      { cluster1: [node("a", "t3a.large", "2")], cluster2: [node("b", "m6a.large", "2"), simulated] },
    );
    const { machine, kubernetes } = await nodesOf(lab, "dev");
    deepEqual(machine, {
      ...{ name: "the lab dev", processor: "2 nodes, m6a.large, t3a.large", processors: 4, kernel: "6.12" },
      ofNodes: true,
    });
    equal(kubernetes, "v1.35.2");
    const measurement = { ...measurementOf("istio"), machine };
    const { measuring } = withMeasurements(comparisonOf({}, ["istio"]), new Map([["istio", measurement]]), "");
    match(measuring ?? "", /^Measured on the lab dev \(2 nodes, .* 4 processors together/);
    doesNotMatch(measuring ?? "", /which also ran both clusters|adds no distance/);
  });
});
