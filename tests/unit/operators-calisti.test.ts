import { deepEqual, ok } from "node:assert/strict";
import type { KubeObject } from "../../checks/kube/client";
import { controlPlaneSpec } from "../../components/backends/calisti/values";
import { CalistiOperator } from "../../rehearsal/operators/calisti";
import { ClusterRegistry } from "../../rehearsal/operators/cluster-registry";
import { RunningKube } from "../support/kube";
import { deployment, node, once } from "../support/operators";

interface GatewaySpec {
  readonly servers: readonly { readonly hosts: readonly string[] }[];
}

describe("Calisti's operator in the rehearsal", () => {
  const resource = {
    apiVersion: "servicemesh.cisco.com/v1alpha1",
    kind: "IstioControlPlane",
    namespace: "istio-system",
    name: "cp-v117x",
  };
  const gateway = {
    apiVersion: "networking.istio.io/v1alpha3",
    kind: "Gateway",
    namespace: "istio-system",
    name: "istio-cross-network-cp-v117x",
  };
  const alive = [node, deployment("istio-system", "istio-operator")];
  const local: KubeObject = {
    apiVersion: "clusterregistry.k8s.cisco.com/v1alpha1",
    kind: "Cluster",
    metadata: { name: "cluster1" },
    status: { type: "Local" },
  };

  const specOf = (host: string) =>
    controlPlaneSpec({ mesh: "lab", cluster: "cluster1", exposedHosts: [host], roots: "" });

  async function reconciled(objects: readonly KubeObject[], spec: object = specOf("*.local")) {
    const kube = new RunningKube();
    for (const each of objects) await kube.create(each);
    await kube.create({ ...resource, metadata: { namespace: "istio-system", name: "cp-v117x" }, spec } as KubeObject);
    const operator = new CalistiOperator(kube);
    await once(operator);
    return { kube, operator };
  }
  const statusOf = async (kube: RunningKube) =>
    ((await kube.get(resource))?.status ?? {}) as { readonly status?: string; readonly gatewayAddress?: string[] };
  const hostsOf = async (kube: RunningKube) =>
    ((await kube.get(gateway))?.spec as GatewaySpec | undefined)?.servers[0]?.hosts;

  it("says nothing while its pod does not run", async () => {
    const { kube } = await reconciled([local]);
    deepEqual(await statusOf(kube), {});
  });

  it("cannot tell its cluster before the registry does", async () => {
    const { kube } = await reconciled(alive);
    const { status, gatewayAddress } = await statusOf(kube);
    deepEqual([status, gatewayAddress], ["ReconcileFailed", undefined]);
  });

  it("brings Istio's kinds and the Gateway, and the address last", async () => {
    const { kube } = await reconciled([...alive, local]);
    const { status, gatewayAddress } = await statusOf(kube);
    deepEqual([status, gatewayAddress], ["Available", ["10.0.0.1"]]);
    deepEqual(await hostsOf(kube), ["*.local"]);
  });

  it("exposes the hosts that the program names", async () => {
    const host = "redis-cart.boutique.svc.cluster.local";
    const spec = specOf(host);
    deepEqual(await hostsOf((await reconciled([...alive, local], spec)).kube), [host]);
  });

  it("passes by a patch for a namespace, which the Gateway has not yet", async () => {
    const spec = specOf("a.b.svc.cluster.local");
    const [overlay] = spec.k8sResourceOverlays ?? [];
    const placed = { ...overlay, objectKey: { ...overlay?.objectKey, namespace: "istio-system" } };
    const { kube } = await reconciled([...alive, local], { ...spec, k8sResourceOverlays: [placed] });
    deepEqual(await hostsOf(kube), ["*.local"]);
  });

  it("holds the control plane until it has cleaned up, and for good when it is gone itself", async () => {
    const { kube, operator } = await reconciled([...alive, local]);
    await kube.delete(resource);
    await kube.delete({ apiVersion: "apps/v1", kind: "Deployment", namespace: "istio-system", name: "istio-operator" });
    await once(operator);
    ok(await kube.get(resource));
    await kube.create(deployment("istio-system", "istio-operator"));
    await once(operator);
    deepEqual([await kube.get(resource), await kube.get(gateway)], [undefined, undefined]);
  });
});

describe("the cluster registry in the rehearsal", () => {
  const kubeSystem = (uid: string): KubeObject => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "kube-system", uid },
  });
  const cluster = (name: string, uid: string, state?: string): KubeObject => ({
    apiVersion: "clusterregistry.k8s.cisco.com/v1alpha1",
    kind: "Cluster",
    metadata: { name },
    spec: { clusterID: uid, authInfo: { secretRef: { name, namespace: "cluster-registry" } } },
    ...(state ? { status: { state } } : {}),
  });
  const secret = (name: string, type = "k8s.cisco.com/cluster-registry-secret"): KubeObject => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace: "cluster-registry" },
    type,
    data: { kubeconfig: Buffer.from(name).toString("base64") },
  });
  const mine = [
    node,
    deployment("cluster-registry", "cluster-registry-controller"),
    kubeSystem("uid1"),
    cluster("cluster1", "uid1"),
    cluster("cluster2", "uid2"),
    secret("cluster2"),
  ];
  const theirs = [kubeSystem("uid2"), cluster("cluster1", "uid1", "Ready"), cluster("cluster2", "uid2", "Ready")];

  async function findings(here: readonly KubeObject[], there: readonly KubeObject[]): Promise<string[]> {
    const [kube, peer] = [new RunningKube(), new RunningKube()];
    for (const each of here) await kube.create(each);
    for (const each of there) await peer.create(each);
    await once(new ClusterRegistry(kube, () => peer));
    const found = await kube.list("clusterregistry.k8s.cisco.com/v1alpha1", "Cluster");
    return found.map(({ status = {} }) => {
      const { type, state, message, conditions } = status as Record<string, unknown> & {
        readonly conditions?: readonly { readonly status: string; readonly message: string }[];
      };
      const [condition] = conditions ?? [];
      return [type, state, message, condition?.status, condition?.status === "False" && condition.message]
        .filter((word) => word)
        .join(" ");
    });
  }
  const but = (objects: readonly KubeObject[], ...others: KubeObject[]) => [
    ...objects.filter(
      (each) => !others.some((other) => other.kind === each.kind && other.metadata.name === each.metadata.name),
    ),
    ...others,
  ];

  it("knows its own cluster, and a peer that knows the same", async () => {
    deepEqual(await findings(mine, theirs), ["Local Ready", "Peer Ready True"]);
  });

  for (const [what, here, there, said] of [
    [
      "a Secret of another type",
      but(mine, secret("cluster2", "Opaque")),
      theirs,
      "Peer InvalidAuthInfo invalid secret type",
    ],
    ["another cluster behind the Secret", mine, but(theirs, kubeSystem("uid3")), "Peer Failed invalid cluster ID"],
    [
      "a peer that does not know this cluster",
      mine,
      [kubeSystem("uid2"), cluster("cluster2", "uid2", "Ready")],
      "Peer Ready False cluster 'cluster1' not found at remote side",
    ],
    [
      "a peer that knows this cluster by another name",
      mine,
      [kubeSystem("uid2"), cluster("other", "uid1", "Ready"), cluster("cluster2", "uid2", "Ready")],
      "Peer Ready False cluster name mismatch cluster1 != other",
    ],
    [
      "a peer that cannot read this cluster",
      mine,
      but(theirs, cluster("cluster1", "uid1", "Failed")),
      "Peer Ready False cluster 'cluster1' status is not ready",
    ],
  ] as const) {
    it(`sees ${what}`, async () => {
      deepEqual(await findings(here, there), ["Local Ready", said]);
    });
  }
});
