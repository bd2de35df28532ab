import { deepEqual, doesNotMatch, equal, match, ok, throws } from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LiveCluster } from "../../checks/common/check";
import type { KubeObject } from "../../checks/kube/client";
import { ProbePods } from "../../checks/probes/pods";
import { profileOf } from "../../components/backends/profiles";
import { type ProbePlan, planProbes } from "../../components/lab/probes";
import { chooseNodes, type NodeHost, noRealNodes } from "../../rehearsal/cli/node-kind";
import { parseOptions } from "../../rehearsal/cli/options";
import { noRealNetworking } from "../../rehearsal/cli/real-networking";
import { nodesFor } from "../../rehearsal/cli/real-nodes";
import { summary } from "../../rehearsal/cli/summary";
import { layoutOf } from "../../rehearsal/report/layout";
import { reportModel } from "../../rehearsal/report/model";
import { originText, podsOf } from "../../rehearsal/run/pods";
import type { Result } from "../../rehearsal/run/result";
import { planOf, withDemo } from "../support/config";
import { FakeKube } from "../support/kube";
import { keepsApart } from "../support/layout";
import { resultOf, timelines } from "../support/report";

const made = { kind: "made", from: ["redis-server 7.0.15"], standIn: "says nothing" } as const;
const connection = {
  from: "cluster2",
  to: "cluster1",
  target: "redis-cart.boutique.svc.cluster.local:6379",
  path: ["10.1.0.7:15443"],
  latencyMs: 2.5,
};

/** Of a rehearsal in which pods ran. */
const seen: Partial<Result> = {
  nodes: "real",
  pods: {
    real: 3,
    realIn: { cluster1: 2, cluster2: 1 },
    simulated: [{ cluster: "cluster2", pod: "boutique/adservice-1", reason: "cannot be had: adservice:v1" }],
  },
  images: [{ name: "docker.io/library/redis:8.2-alpine", origin: made }],
  checks: [
    {
      expected: "",
      seconds: 0,
      id: "a",
      cluster: "cluster2",
      status: "pass",
      evidence: "packets",
      detail: "",
      connections: [connection],
    },
    { expected: "", seconds: 0, id: "b", cluster: "cluster2", status: "skipped", evidence: "packets", detail: "" },
    { expected: "", seconds: 0, id: "c", cluster: "cluster2", status: "pass", evidence: "configuration", detail: "" },
  ],
};

describe("real nodes", () => {
  describe("on the command line", () => {
    it("are simulated unless asked for", () => equal(parseOptions([]).nodes, "simulated"));

    it("can be real, with images of a folder", () => {
      const folder = mkdtempSync(join(tmpdir(), "images-"));
      const { nodes, images } = parseOptions(["--nodes", "real", "--images", folder]);
      rmSync(folder, { recursive: true });
      deepEqual([nodes, images], ["real", folder]);
    });

    const wrong: readonly (readonly [what: string, args: readonly string[], said: RegExp])[] = [
      ["another word", ["--nodes", "yes"], /--nodes yes: choose among simulated, real, auto\./],
      ["images for simulated ones", ["--images", "."], /--images is for real nodes: add --nodes real/],
      ["images that are nowhere", ["--nodes", "auto", "--images", "/nowhere"], /--images \/nowhere: give a folder/],
      ["plugin that knows no proxy", ["--nodes", "real", "--plugins", "kubernetes"], /leave one of the two out/],
      ["a file for images", ["--nodes", "real", "--images", __filename], /give a folder/],
    ];
    for (const [what, args, said] of wrong) it(`take no ${what}`, () => throws(() => parseOptions(args), said));
  });

  describe("are had", () => {
    const host: NodeHost = { platform: "linux", user: 0, missing: [] };
    it("by root on Linux with all programs", () => {
      equal(noRealNodes(host), undefined);
      deepEqual(
        chooseNodes("real", () => host),
        { kind: "real" },
      );
      deepEqual(
        chooseNodes("auto", () => host),
        { kind: "real" },
      );
    });

    it("by nobody who did not ask", () => {
      const asked = () => {
        throw new Error("nobody asked");
      };
      deepEqual(chooseNodes("simulated", asked), { kind: "simulated" });
    });

    const lacking: readonly (readonly [what: string, more: Partial<NodeHost>, said: RegExp])[] = [
      ["on another system", { platform: "darwin" }, /Real nodes need Linux: this machine is darwin\./],
      ["by others than root", { user: 1000 }, /run it as root/],
      ["without users", { user: undefined }, /run it as root/],
      ["without programs", { missing: ["nft", "runc"] }, /need nft, runc: install them.*nftables runc/],
    ];
    for (const [what, more, said] of lacking) {
      it(`not ${what}: one sentence says so, or why they are simulated`, () => {
        const lacks = () => ({ ...host, ...more });
        throws(() => chooseNodes("real", lacks), said);
        const { kind, because = "" } = chooseNodes("auto", lacks);
        equal(kind, "simulated");
        match(because, said);
      });
    }
  });

  describe("carry", () => {
    const carried: readonly (readonly [backend: string, settings: object])[] = [
      ["istio", {}],
      ["loadbalancer", {}],
      ["cilium", {}],
      ["cilium", { sharing: "mcs" }],
    ];
    for (const [backend, settings] of carried) {
      it(`the network of ${backend} with ${JSON.stringify(settings)}`, () => {
        equal(noRealNetworking(planOf({ ...withDemo, backend, [backend]: JSON.stringify(settings) })), undefined);
      });
    }

    const refused: readonly (readonly [backend: string, settings: object, said: RegExp])[] = [
      ["submariner", {}, /Calico/],
      ["cilium", { datapath: "eni" }, /asks EC2/],
      ["cilium", { datapath: "chaining" }, /chained/],
      ["cilium", { encryption: "wireguard" }, /WireGuard/],
      ["cilium", { encryption: "ipsec" }, /IPsec/],
      ["cilium", { kubeProxyReplacement: true }, /kube-proxy/],
    ];
    for (const [backend, settings, said] of refused) {
      it(`not that of ${backend} with ${JSON.stringify(settings)}: one sentence says so`, () => {
        const plan = planOf({ backend, [backend]: JSON.stringify(settings) });
        match(noRealNetworking(plan) ?? "", said);
        throws(() => nodesFor({ nodes: "real" }, plan), said);
        equal(nodesFor({ nodes: "auto" }, plan).kind, "simulated");
        deepEqual(nodesFor({ nodes: "simulated" }, plan), { kind: "simulated" });
      });
    }
  });

  describe("are told of", () => {
    it("in the summary, with what did not run", () => {
      const text = summary(resultOf(seen), false, "report.html");
      match(text, /nodes {8}real; 3 pods ran, 1 were simulated; 1 checks by packets/);
      match(text, /simulated {4}cluster2 boutique\/adservice-1: cannot be had: adservice:v1/);
      match(text, /images {7}1, of which 1 made from packages/);
      doesNotMatch(summary(resultOf(), false, "report.html"), /^nodes/m);
    });

    it("in the report: pods, images, connections, and the evidence of checks", () => {
      const { figures, sections } = reportModel(resultOf(seen), planOf(), timelines, false);
      const rows = (id: string) => sections.find((each) => each.id === id)?.tables[0]?.rows;
      deepEqual(rows("pods"), [["cluster2", "boutique/adservice-1", "cannot be had: adservice:v1"]]);
      deepEqual(rows("images"), [
        ["docker.io/library/redis:8.2-alpine", "made of redis-server 7.0.15; stands in: says nothing"],
      ]);
      deepEqual(rows("connections"), [["cluster2", "cluster1", connection.target, "10.1.0.7:15443", "2.5"]]);
      deepEqual(
        rows("checks")?.map((row) => row[3]),
        ["packets", "packets", "configuration"],
      );
      equal(figures.find(({ name }) => name === "pods that ran")?.value, "3");
    });

    it("in the picture: which ran, and what was called how", async () => {
      const { topology } = reportModel(resultOf(seen), planOf(), timelines, false);
      deepEqual(topology.groups[0]?.boxes[0]?.lines.slice(-2), ["2 pods ran", "0 were simulated"]);
      const arrow = topology.arrows.at(-1);
      deepEqual([arrow?.from, arrow?.to, arrow?.label], ["nodes/cluster2", "nodes/cluster1", "redis-cart 2.5 ms"]);
      match(arrow?.why ?? "", /through 10\.1\.0\.7:15443/);
      keepsApart(await layoutOf(topology));
    });

    it("nowhere in the report of simulated ones", () => {
      const { sections } = reportModel(resultOf(), planOf(), timelines, false);
      for (const id of ["pods", "images", "connections"]) ok(!sections.some((each) => each.id === id), id);
    });

    it("by where images came from", () => {
      equal(originText({ kind: "pulled" }), "pulled");
      equal(originText({ kind: "archive", file: "/images/a.tar", size: 1, changed: 1 }), "from /images/a.tar");
    });
  });

  it("run some pods and others not", async () => {
    const pod = (name: string, nodeName: string, image: string, annotations = {}): KubeObject => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace: "boutique", annotations },
      spec: { nodeName, containers: [{ image }], initContainers: [{ image: "init" }] },
    });
    const fake = { "kwok.x-k8s.io/node": "fake" };
    const kube = new FakeKube([
      { apiVersion: "v1", kind: "Node", metadata: { name: "real" } },
      { apiVersion: "v1", kind: "Node", metadata: { name: "simulated", annotations: fake } },
      pod("a", "real", "redis"),
      pod("b", "simulated", "x"),
      pod("c", "simulated", "y", { "rehearsal/simulated-because": "cannot be had: y" }),
      pod("d", "real", "pause", { "rehearsal/simulated-because": "cannot be had: z" }),
    ]);
    const found = await podsOf([{ name: "cluster1", kube } as unknown as LiveCluster], (image) =>
      image === "redis" ? made : undefined,
    );
    deepEqual(found, {
      pods: {
        real: 1,
        realIn: { cluster1: 1 },
        simulated: [
          { cluster: "cluster1", pod: "boutique/b", reason: "its node is simulated" },
          { cluster: "cluster1", pod: "boutique/c", reason: "cannot be had: y" },
          { cluster: "cluster1", pod: "boutique/d", reason: "cannot be had: z" },
        ],
      },
      images: [{ name: "redis", origin: made }],
    });
  });
});

describe("stand-ins for services", () => {
  const objects = (plan: ProbePlan | undefined, cluster: string) => plan?.objects[cluster] ?? [];
  const named = (plan: ProbePlan | undefined, cluster: string) =>
    objects(plan, cluster).map(({ kind, metadata }) => `${kind} ${metadata.name}`);

  it("are one service by HTTP on all clusters, and one by gRPC on each, under the backend's own names", () => {
    const plan = planProbes(planOf({ ...withDemo, backend: "istio" }));
    deepEqual(
      plan?.probes.targets.map(({ protocol, host, port, from, on }) => [protocol, host, port, from.join(), on.join()]),
      [
        ["http", "probe-http.lab-probes.svc.cluster.local", 80, "cluster1,cluster2", "cluster1,cluster2"],
        ["grpc", "probe-grpc-cluster1.lab-probes.svc.cluster.local", 8079, "cluster2", "cluster1"],
        ["grpc", "probe-grpc-cluster2.lab-probes.svc.cluster.local", 8079, "cluster1", "cluster2"],
      ],
    );
    deepEqual(named(plan, "cluster1").slice(0, 8), [
      "Namespace lab-probes",
      "Service probe-http",
      "ServiceAccount probe-http",
      "Deployment probe-http",
      "Service probe-grpc-cluster1",
      "ServiceAccount probe-grpc-cluster1",
      "Deployment probe-grpc-cluster1",
      // Without pods here: the name alone.
      "Service probe-grpc-cluster2",
    ]);
  });

  it("are in the mesh and protected as the demo is", () => {
    const lab = planOf({ ...withDemo, backend: "istio" });
    const plan = planProbes(lab);
    const [namespace] = objects(plan, "cluster1");
    equal(namespace?.metadata.labels?.["istio-injection"], "enabled");
    const kinds = new Set(objects(plan, "cluster1").map(({ kind }) => kind));
    for (const kind of ["PeerAuthentication", "AuthorizationPolicy", "DestinationRule"]) ok(kinds.has(kind), kind);
    const policy = objects(plan, "cluster2").find(
      ({ kind, metadata }) => kind === "AuthorizationPolicy" && metadata.name === "probe-grpc-cluster2",
    );
    match(JSON.stringify(policy?.spec), /cluster\.local\/ns\/lab-probes\/sa\/probe-http/);
  });

  for (const backend of ["istio", "linkerd", "cilium", "submariner", "loadbalancer"] as const) {
    it(`are there with ${backend} when it has services of several clusters`, () => {
      const lab = planOf({ ...withDemo, backend });
      const able = profileOf(backend).exporter(lab.backendConfig).affinities.includes("spread");
      equal(planProbes(lab) !== undefined, able);
    });
  }

  it("take their image from where all images come from", () => {
    const lab = planOf({ ...withDemo, backend: "istio", images: '{"registry":"registry.example"}' });
    match(JSON.stringify(objects(planProbes(lab), "cluster1")), /registry\.example\/fortio\/fortio:1\.68\.0/);
  });

  it("leave clusters alone that are not there", async () => {
    const plan = planProbes(planOf({ ...withDemo, backend: "istio" }));
    ok(plan);
    const asked: string[] = [];
    const pods = new ProbePods(plan, (cluster) => {
      asked.push(cluster);
      return undefined;
    });
    await pods.raise();
    await pods.remove();
    deepEqual(asked, ["cluster1", "cluster2", "cluster1", "cluster2"]);
  });
});
