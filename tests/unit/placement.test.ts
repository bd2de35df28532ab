import { deepEqual, equal, ok } from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type PatchOperation, type PlacedPod, placeSimulated, simulatedReason } from "../../rehearsal/nodes/placement";
import { placementHandler, placementPath } from "../../rehearsal/nodes/placement-webhook";

const spread = [{ maxSkew: 1, topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "DoNotSchedule" }];

const shop: PlacedPod = {
  metadata: { annotations: { team: "shop" } },
  spec: {
    containers: [{ name: "server", image: "shop/frontend:v1" }],
    initContainers: [{ name: "wait", image: "registry.k8s.io/pause:3.10" }],
    nodeSelector: { "kubernetes.io/os": "linux" },
    tolerations: [{ key: "theirs" }],
    affinity: {},
    topologySpreadConstraints: spread,
  },
};

/** As the DaemonSet controller makes it for a node. */
function ofDaemonSet(node: string): PlacedPod {
  const matchFields = [{ key: "metadata.name", values: [node] }];
  return {
    metadata: {},
    spec: {
      containers: [{ name: "agent", image: "vendor/agent:v1", volumeMounts: [{}] }],
      initContainers: [{ name: "install", image: "vendor/agent:v1" }],
      affinity: {
        nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] } },
      },
    },
  };
}

describe("placement of pods whose images cannot be had", () => {
  it("sends them to the simulated node, whatever else would keep them from it, and says why", () => {
    const patch = placeSimulated(shop, ["shop/frontend:v1"], "simulated");
    deepEqual(valueAt(patch, "/metadata/annotations"), {
      team: "shop",
      [simulatedReason]: "cannot be had: shop/frontend:v1",
    });
    deepEqual(valueAt(patch, "/spec/nodeSelector"), { "rehearsal/simulated": "true" });
    deepEqual(valueAt(patch, "/spec/tolerations"), [
      { key: "theirs" },
      { key: "rehearsal/simulated", operator: "Exists" },
    ]);
    deepEqual(
      patch.filter(({ op }) => op === "remove").map(({ path }) => path),
      ["/spec/affinity", "/spec/topologySpreadConstraints"],
    );
  });

  it("leaves a pod of a DaemonSet on its real node, where it does nothing", () => {
    const patch = placeSimulated(ofDaemonSet("ip-10-1-0-5"), ["vendor/agent:v1"], "simulated");
    deepEqual(valueAt(patch, "/spec/containers"), [{ name: "agent", image: "registry.k8s.io/pause:3.10" }]);
    ok(patch.some(({ op, path }) => op === "remove" && path === "/spec/initContainers"));
    equal(valueAt(patch, "/spec/nodeSelector"), undefined);
  });

  it("changes nothing of one that a DaemonSet made for the simulated node", () => {
    const patch = placeSimulated(ofDaemonSet("simulated"), ["vendor/agent:v1"], "simulated");
    deepEqual(
      patch.map(({ path }) => path),
      ["/metadata/annotations"],
    );
  });
});

describe("the webhook that places pods", () => {
  const had = new Set(["registry.k8s.io/pause:3.10", "docker.io/istio/proxyv2:1.31.1"]);
  const server = createServer(placementHandler(async (image) => had.has(image), "simulated"));

  before((done) => {
    server.listen(0, "127.0.0.1", done);
  });
  after(() => server.close());

  const review = async (object: object) => {
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}${placementPath}`, {
      method: "POST",
      body: JSON.stringify({ request: { uid: "one", object } }),
    });
    if (!response.ok) return { status: response.status };
    const answer = (await response.json()) as { response: { uid: string; allowed: boolean; patch?: string } };
    const { uid, allowed, patch } = answer.response;
    return { uid, allowed, patch: patch && JSON.parse(Buffer.from(patch, "base64").toString()) };
  };

  it("lets a pod be whose images are all there, or are yet to be filled in", async () => {
    const pod = (image: string) => ({ metadata: {}, spec: { containers: [{ name: "one", image }] } });
    deepEqual(await review(pod("docker.io/istio/proxyv2:1.31.1")), { uid: "one", allowed: true, patch: undefined });
    deepEqual(await review(pod("auto")), { uid: "one", allowed: true, patch: undefined });
  });

  it("looks at init containers too", async () => {
    const containers = [{ name: "one", image: "registry.k8s.io/pause:3.10" }];
    const { patch } = await review({ metadata: {}, spec: { containers, initContainers: shop.spec.containers } });
    deepEqual(valueAt(patch, "/metadata/annotations"), { [simulatedReason]: "cannot be had: shop/frontend:v1" });
  });

  it("refuses what is no review, so that the API server refuses the pod", async () => {
    deepEqual(await review(null as unknown as object), { status: 500 });
  });
});

function valueAt(patch: readonly PatchOperation[], path: string): unknown {
  return patch.find((operation) => operation.path === path)?.value;
}
