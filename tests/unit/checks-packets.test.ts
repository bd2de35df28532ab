import { deepEqual, equal, match, ok } from "node:assert/strict";
import { policyHolds } from "../../checks/cilium/policy";
import { endpointsOf, usedSince } from "../../checks/common/istio/way";
import { realPod } from "../../checks/common/real-pods";
import { replication } from "../../checks/demo/replication";
import { grpcCalls, httpCalls } from "../../checks/probes/calls";
import { checkLines } from "../../checks/run/lines";
import { type Breakage, type ClusterName, describeCheck, type FakeLab, outputs } from "../support/checks";
import { FakeKube } from "../support/kube";
import { host, namespace, nodes, packetsLab, pod, probes, say, stats, unready } from "../support/packets-lab";

const sound = async () => packetsLab();

/** A lab in which a program in a pod's network connects for those that are let in. */
function whoConnects(admitted: (pod: string) => boolean): FakeLab {
  const fake = packetsLab();
  const service = { apiVersion: "v1", kind: "Service", metadata: { name: "probe-grpc", namespace: probes.namespace } };
  fake.kube.cluster1.add({ ...service, spec: { clusterIP: "172.20.0.99" } });
  letIn(admitted)(fake);
  return fake;
}

function letIn(admitted: (pod: string) => boolean) {
  return (fake: FakeLab) =>
    outputs(fake, {
      inPod: async ({ name }) => ({ stdout: "", stderr: "", exitCode: admitted(name) ? 0 : 124 }),
    });
}

describe("checks by packets", () => {
  describeCheck(replication, sound, [
    ["a link that is down", say((said) => (said.link = "down")), /its link to the primary is down/],
    [
      "a name that leads elsewhere",
      say((said) => (said.remote = () => "other")),
      /by redis-cart\.boutique\.svc\.cluster\.local it reads something else/,
    ],
    ["a name that leads to an empty one", say((said) => (said.remote = () => "")), /it reads nothing/],
    ["a copy that gets nothing", say((said) => (said.copied = () => "")), /did not arrive/],
    ["a pod that is not ready", unready("redis-cart", namespace), /no pod of redis-cart is ready/],
    [
      "a client that cannot connect",
      ({ kube }) => {
        kube.cluster2.answering = () => ({ exitCode: 1, stderr: "Could not connect" });
      },
      /redis-cli on cluster2 ended with 1: Could not connect/,
    ],
  ]);

  it("tells by which place the copy reads, and how long it takes", async () => {
    const { lab, kube } = packetsLab();
    let looks = 0;
    const answering = kube.cluster2.answering;
    kube.cluster2.answering = (name, container, command) =>
      container === "istio-proxy" ? { stdout: stats(looks++) } : answering(name, container, command);
    const [first, second] = lab.clusters;
    ok(first && second && "ofPair" in replication);
    const found = await replication.ofPair(second, first, lab);
    deepEqual(found.connections, [
      { from: "cluster2", to: "cluster1", target: `${host}:6379`, path: ["10.1.0.7:15443"], latencyMs: 2.5 },
    ]);
    match(found.detail, /written on cluster1, through 10\.1\.0\.7:15443, 2\.5 ms/);
  });

  const calls: Breakage[] = [
    [
      "one cluster that never answers",
      say((said) => (said.answers = () => "cluster1")),
      /never answered by cluster2 in 20/,
    ],
    ["a stranger who answers", say((said) => (said.answers = () => "other" as ClusterName)), /was answered by other/],
    [
      "calls that fail",
      say((said) => (said.codes = { 200: 18, 503: 2 })),
      /2 of 20 calls of probe-http\.probes failed/,
    ],
    ["a caller that is not ready", unready("probe-http", probes.namespace), /no pod of probe-http is ready/],
  ];
  describeCheck(httpCalls, sound, calls);
  describeCheck(grpcCalls, sound, [
    [
      "nobody who answers",
      ({ kube }) => {
        kube.cluster1.answering = () => ({ exitCode: 1, stderr: "starting\nunable to connect" });
      },
      /probe-grpc\.probes: unable to connect/,
    ],
  ]);

  describeCheck(policyHolds, async () => whoConnects((pod) => pod.startsWith("probe-http")), [
    [
      "an account that is let in and may not be",
      letIn(() => true),
      /redis-cart, which may not, gets a connection to probe-grpc\.probes:8079/,
    ],
    [
      "an account that may and is not let in",
      letIn(() => false),
      /probe-http gets no connection to probe-grpc\.probes:8079/,
    ],
    ["a caller that is not ready", ({ kube }) => kube.cluster1.remove("Pod", "probe-http-1"), /no pod of probe-http/],
  ]);

  it("sees which endpoints were used", async () => {
    const { kube } = packetsLab();
    const reached = await endpointsOf(kube.cluster1, { namespace, name: "redis-cart-1" }, host, 6379);
    deepEqual(reached, [{ address: "10.1.0.7:15443", connections: 0 }]);
    deepEqual(usedSince(reached, [{ address: "10.1.0.7:15443", connections: 1 }]), ["10.1.0.7:15443"]);
    deepEqual(usedSince(reached, reached), []);
  });

  describe("ask only pods that run", () => {
    it("and say so where all are simulated", async () => {
      const kube = new FakeKube([...nodes, pod("a", namespace, { node: "simulated" })]);
      const { verdict } = await realPod(kube, namespace, "a");
      deepEqual(verdict, { status: "skipped", detail: "pods are simulated" });
    });

    it("of several", async () => {
      const elsewhere = pod("a", namespace, { node: "simulated" });
      elsewhere.metadata.name = "a-0";
      const kube = new FakeKube([...nodes, elsewhere, pod("a", namespace)]);
      deepEqual(await realPod(kube, namespace, "a"), { pod: { namespace, name: "a-1" } });
    });

    it("and miss them where there are none", async () => {
      equal((await realPod(new FakeKube(nodes), namespace, "a")).verdict?.status, "fail");
    });

    it("and not one that ends", async () => {
      const ending = pod("a", namespace);
      ending.metadata.deletionTimestamp = "now";
      equal((await realPod(new FakeKube([...nodes, ending]), namespace, "a")).verdict?.status, "fail");
    });
  });

  it("are told from others on a terminal", () => {
    const lines = checkLines([
      { expected: "", seconds: 0, id: "a", cluster: "c", status: "pass", evidence: "packets", detail: "" },
      { expected: "", seconds: 0, id: "a", cluster: "c", status: "pass", evidence: "configuration", detail: "" },
      { expected: "", seconds: 0, id: "a", cluster: "c", status: "skipped", evidence: "packets", detail: "" },
    ]);
    deepEqual(
      lines.map((line) => line.includes("packets")),
      [true, false, false],
    );
  });
});
