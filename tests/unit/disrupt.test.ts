import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { ciliumWayIn } from "../../checks/cilium/way-in";
import type { WayInOf } from "../../checks/common/way-in";
import { type DisruptionResult, type DisruptOptions, disrupt } from "../../checks/disrupt/disrupt";
import type { Disrupting } from "../../checks/disrupt/question";
import { rightsLacking } from "../../checks/disrupt/rights";
import { excludedLabel } from "../../checks/disrupt/zone";
import { istioWayIn } from "../../checks/istio/way-in";
import { linkerdWayIn } from "../../checks/linkerd/way-in";
import { loadBalancerWayIn } from "../../checks/loadbalancer/way-in";
import { disruptionsOf } from "../../checks/run/disruptions";
import type { CheckResult } from "../../checks/run/run";
import { submarinerWayIn } from "../../checks/submariner/way-in";
import { clusterNames } from "../support/checks";
import { disruptLab } from "../support/disrupt-lab";

const patience = { felt: 30, healed: 30, away: 0.05, between: 0.005 };
/** For what never comes. */
const short = { ...patience, felt: 2, healed: 2 };

type World = ReturnType<typeof disruptLab>;

const disrupting = ({ lab, kube }: World, more: Partial<Disrupting> = {}): Disrupting => ({
  lab,
  changer: (name) => kube[name as "cluster1"],
  wayIn: istioWayIn,
  ...more,
});

const disrupted = (world: World, more: Partial<Disrupting> = {}, options: DisruptOptions = {}, because?: string) =>
  disrupt(disrupting(world, more), because, { patience, ...options });

const asked = ({ id, cluster, peer }: DisruptionResult) => `${id} ${cluster}${peer ? ` ${peer}` : ""}`;

const brief = (found: readonly DisruptionResult[]) => found.map((each) => `${asked(each)} ${each.status}`);

const all = [
  "disrupt-instances cluster1",
  "disrupt-instances cluster2",
  "disrupt-gateway cluster1 cluster2",
  "disrupt-gateway cluster2 cluster1",
  "disrupt-zone cluster1 cluster2",
  "disrupt-zone cluster2 cluster1",
];

/** What must be as it was: nodes, what is wanted, and how many pods there are. */
const state = ({ kube }: World) =>
  clusterNames.map((name) => [
    kube[name].all("Node").map(({ metadata }) => metadata.labels),
    kube[name].all("Deployment").map(({ spec }) => spec),
    kube[name].all("Pod").length,
  ]);

describe("npm run verify -- --disrupt", () => {
  it("does one after the other, and everything is there again", async () => {
    const world = disruptLab();
    const before = state(world);
    const told: string[] = [];
    const found = await disrupted(world, {}, { tell: (line) => told.push(line) });
    deepEqual(
      brief(found),
      all.map((each) => `${each} pass`),
      JSON.stringify(found, undefined, 1),
    );
    equal(told.length, all.length);
    deepEqual(state(world), before);
    for (const { evidence, disruption } of found) {
      equal(evidence, "packets");
      ok(disruption && disruption.calls > 5 && disruption.failed === 0 && disruption.cutOff === 0);
    }
    match(
      found[2]?.detail ?? "",
      /the pod istio-eastwestgateway-1 went, and nobody felt it: 0 of \d+ calls of probe-grpc/,
    );
    match(found[4]?.detail ?? "", /1 nodes of the zone zone-a behind load balancers went/);
  });

  it("tells whether the connection that copies Redis lived on", async () => {
    const world = disruptLab();
    const link = async () => {
      const found = await disrupted(world);
      return found.map(({ disruption }) => disruption?.replicationLivedOn);
    };
    deepEqual(await link(), [undefined, undefined, undefined, true, undefined, true]);
    world.life.link = (pod) => `id=${pod} idle=0`;
    deepEqual(await link(), [undefined, undefined, undefined, false, undefined, true]);
    world.life.link = () => "id=7 idle=11";
    deepEqual(await link(), Array(6).fill(undefined), "one that is silent copies nothing");
  });

  const failing: readonly (readonly [what: string, harm: (world: World) => void, id: string, said: RegExp])[] = [
    [
      "peers do not answer for local instances",
      ({ life }) => (life.failsOver = false),
      "disrupt-instances cluster1",
      /the instances of probe-http: nothing takes its place/,
    ],
    [
      "a gateway's pod is not replaced",
      ({ kube, life }) => {
        const settled = kube.cluster2.delete.bind(kube.cluster2);
        kube.cluster2.delete = async (ref) => {
          life.makesPods = false;
          await settled(ref);
        };
      },
      "disrupt-gateway cluster1 cluster2",
      /the pod istio-eastwestgateway-1: it is not replaced within/,
    ],
    [
      "a balancer does not cross zones",
      ({ life }) => (life.crossesZones = false),
      "disrupt-zone cluster1 cluster2",
      /zone-a behind load balancers: nothing takes its place/,
    ],
  ];
  for (const [what, harm, id, said] of failing) {
    it(`fails when ${what}, and takes away nothing more`, async () => {
      const world = disruptLab();
      const labels = state(world).map(([nodes, deployments]) => [nodes, deployments]);
      harm(world);
      const found = await disrupted(world, {}, { patience: short });
      const failed = found.findIndex(({ status }) => status === "fail");
      const result = found[failed];
      equal(result && asked(result), id);
      match(result?.detail ?? "", said);
      for (const { status, detail } of found.slice(failed + 1)) {
        deepEqual([status, /not sound after/.test(detail)], ["skipped", true]);
      }
      deepEqual(
        state(world).map(([nodes, deployments]) => [nodes, deployments]),
        labels,
      );
    });
  }

  it("puts back what is away when the user interrupts it, also when the API server does not answer at once", async () => {
    const world = disruptLab();
    const before = state(world);
    const interruption = new AbortController();
    const onlyZones: WayInOf = () => ({ gateway: "none", balancer: true });
    const { cluster2 } = world.kube;
    const label = cluster2.mergePatch.bind(cluster2);
    cluster2.mergePatch = async (...args) => {
      const patched = await label(...args);
      if (patched.kind === "Node" && !interruption.signal.aborted) {
        cluster2.refusing = 1;
        interruption.abort(new Error("enough"));
      }
      return patched;
    };
    await rejects(disrupted(world, { wayIn: onlyZones }, { interrupted: interruption.signal }), /enough/);
    deepEqual(state(world), before);
  });

  it("leaves alone what nobody here would feel, and says why", async () => {
    const reasons = async (more: Partial<Disrupting>, change: (world: World) => World = (world) => world) => {
      const world = change(disruptLab());
      const before = state(world);
      const found = await disrupted(world, more);
      deepEqual(state(world), before);
      return [...new Set(found.flatMap(({ status, detail }) => (status === "skipped" ? [detail] : [])))];
    };
    const rest = "they stay as they are";
    deepEqual(await reasons({ balancersRest: rest }), [rest]);
    const byNodePorts = (world: World) => {
      const clusters = world.lab.clusters.map((cluster) => ({ ...cluster, addresses: ["172.18.0.2"] }));
      return { ...world, lab: { ...world.lab, clusters } };
    };
    deepEqual(await reasons({}, byNodePorts), ["peers come to node ports, and by no load balancer"]);
    deepEqual(await reasons({ wayIn: ciliumWayIn }), ["pods call pods"]);
    deepEqual(await reasons({ wayIn: loadBalancerWayIn, balancersRest: rest }), [
      "load balancers lead to the pods that are called themselves",
      rest,
    ]);
    deepEqual(await reasons({}, (world) => ({ ...world, lab: { ...world.lab, probes: undefined, demo: undefined } })), [
      "there is no global Service of stand-ins",
      "nobody on cluster1 calls what only cluster2 has",
      "nobody on cluster2 calls what only cluster1 has",
    ]);
    const oneZone = await reasons({}, (world) => {
      for (const name of clusterNames) world.kube[name].remove("Node", "b");
      return world;
    });
    deepEqual(oneZone, ["nodes are in 1 zone: without it there is no target"]);
  });

  it("calls by the copy of Redis where there are no stand-ins", async () => {
    const world = disruptLab();
    const found = await disrupted({ ...world, lab: { ...world.lab, probes: undefined } });
    const passed = found.filter(({ status }) => status === "pass");
    deepEqual(passed.map(asked), ["disrupt-gateway cluster2 cluster1", "disrupt-zone cluster2 cluster1"]);
    match(passed[0]?.detail ?? "", /calls of redis-cart\.boutique:6379 failed/);
  });

  it("takes away nothing of a lab with pods that are simulated, or in which a check fails", async () => {
    const world = disruptLab();
    const before = state(world);
    const kubeOf = (name: string) => world.kube[name as "cluster1"] as never;
    const disruptions = await disruptionsOf({ ...world.lab, backend: "istio" }, kubeOf, undefined, () => {});
    const { signal } = new AbortController();
    const reasons = async (checks: readonly Pick<CheckResult, "status">[], run: boolean) => {
      const found = await disruptions(checks as CheckResult[], run, signal);
      return [...new Set(found.map(({ status, detail }) => `${status}: ${detail}`))];
    };
    deepEqual(await reasons([], false), ["skipped: pods are simulated"]);
    deepEqual(await reasons([{ status: "fail" }, { status: "pass" }], true), [
      "skipped: 1 of 2 checks failed: nothing is taken away",
    ]);
    deepEqual(state(world), before);
  });

  it("names the rights that it lacks before anything begins", async () => {
    const world = disruptLab();
    deepEqual(await rightsLacking(disrupting(world)), []);
    world.kube.cluster2.allows = ({ spec }) =>
      (spec as { resourceAttributes: { resource: string } }).resourceAttributes.resource !== "nodes";
    deepEqual(await rightsLacking(disrupting(world)), ["cluster2: it may not patch nodes"]);
    const kubeOf = (name: string) => world.kube[name as "cluster1"] as never;
    await rejects(
      disruptionsOf(world.lab, kubeOf, undefined, () => {}),
      /--disrupt needs more rights.*cluster2: it may not patch nodes/,
    );
  });

  it("leaves nodes alone that somebody else keeps out of load balancers", async () => {
    const world = disruptLab();
    await disrupted(world);
    for (const name of clusterNames) equal(world.kube[name].the("Node", "c").metadata.labels[excludedLabel], "");
  });

  it("knows the pods of each backend by which calls come in", async () => {
    const { lab } = disruptLab();
    const [first] = lab.clusters;
    ok(first);
    deepEqual(await linkerdWayIn(first), {
      gateway: {
        workload: { kind: "Deployment", namespace: "linkerd-multicluster", name: "linkerd-gateway" },
      },
      balancer: true,
    });
    const flat = "in this mode pods call pods";
    deepEqual(await linkerdWayIn({ ...first, gateway: undefined }), { gateway: flat, balancer: flat });
    const gateways = [
      { name: "a", status: { haStatus: "passive" } },
      { name: "b", status: { haStatus: "active" } },
    ].map(({ name, status }) => ({
      ...{ apiVersion: "submariner.io/v1", kind: "Gateway" },
      metadata: { name, namespace: "submariner-operator" },
      status,
    }));
    const { kube } = disruptLab();
    for (const each of gateways) kube.cluster1.add(each);
    const { gateway } = await submarinerWayIn({ ...first, kube: kube.cluster1 });
    deepEqual(typeof gateway === "string" ? gateway : gateway.node, "b");
  });
});
