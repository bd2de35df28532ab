/**
 * Istio's charts, installed by the real helm on a real control plane with simulated nodes: what the program relies on is
 * there. They are packed from Istio's module, or with CHARTS_DIR taken from a mirror.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { KubeClient, type KubeObject } from "../../checks/kube/client";
import { gatewayName, istioNamespace, networkOf } from "../../components/backends/common/istio/names";
import { istioCharts } from "../../components/backends/istio/charts";
import { gatewayValues, istiodValues } from "../../components/backends/istio/values";
import { simulatedNode } from "../../rehearsal/aws/cluster/nodes";
import { ControlPlanes } from "../../rehearsal/control-planes/control-planes";
import { checkMirror } from "../../rehearsal/ground/chart-mirror";
import { packCharts } from "../../rehearsal/ground/packed-charts";
import { needTools } from "../support/tools";

const run = promisify(execFile);
const cluster = "cluster1";
const reader = `system:serviceaccount:${istioNamespace}:istio-reader-service-account`;

/** What these tests read of an object. */
interface Installed extends KubeObject {
  readonly data: Readonly<Record<string, string>>;
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: {
        readonly containers: readonly { readonly env: readonly { readonly name: string; readonly value?: string }[] }[];
        readonly volumes: readonly { readonly secret?: { readonly secretName: string; readonly optional?: boolean } }[];
      };
    };
  };
  readonly status?: {
    readonly allowed?: boolean;
    readonly conditions?: readonly { readonly type: string; readonly message: string }[];
  };
}

describe("Istio's charts on a control plane", function () {
  this.timeout(180_000);
  let scratch = "";
  let mirror: string;
  let helmPath: string;
  let planes: ControlPlanes | undefined;
  let kube: KubeClient;

  before(async function () {
    const tools = await needTools(this);
    helmPath = tools.helm;
    scratch = await mkdtemp(join(tmpdir(), "istio-charts-"));
    planes = new ControlPlanes(tools, scratch);
    const plane = await planes.create({ name: cluster, version: "1.35", serviceCidr: "172.20.0.0/16" });
    await writeFile(join(scratch, "kubeconfig"), plane.kubeconfig, { mode: 0o600 });
    kube = new KubeClient(plane.kubeconfig);

    mirror = process.env.CHARTS_DIR ?? join(scratch, "mirror");
    const wanted = Object.values(istioCharts);
    const folders = { helm: helmPath, mirror, scratch: join(scratch, "sources") };
    if (process.env.CHARTS_DIR === undefined) await packCharts("istio", wanted, folders);
    checkMirror(mirror, wanted);
    await kube.create({ apiVersion: "v1", kind: "Node", metadata: { name: "node1", annotations: simulatedNode } });
    await kube.create({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: istioNamespace, labels: { "topology.istio.io/network": networkOf(cluster) } },
    });
  });

  after(async () => {
    await planes?.delete(cluster);
    planes?.closeAll();
    if (scratch) await rm(scratch, { recursive: true, force: true });
  });

  function helm(...args: string[]) {
    return run(helmPath, [...args, "--namespace", istioNamespace], {
      env: {
        ...process.env,
        KUBECONFIG: join(scratch, "kubeconfig"),
        HELM_CACHE_HOME: scratch,
        HELM_CONFIG_HOME: scratch,
      },
    });
  }

  async function install(chart: keyof typeof istioCharts, release: string, values: object, ...flags: string[]) {
    const file = join(scratch, `${release}.json`);
    await writeFile(file, JSON.stringify(values));
    const { name, version } = istioCharts[chart];
    await helm("upgrade", "--install", release, join(mirror, `${name}-${version}.tgz`), "--values", file, ...flags);
  }

  async function find(apiVersion: string, kind: string, name: string): Promise<Installed | undefined> {
    return (await kube.get({ apiVersion, kind, name, namespace: istioNamespace })) as Installed | undefined;
  }

  async function get(apiVersion: string, kind: string, name: string): Promise<Installed> {
    const found = await find(apiVersion, kind, name);
    assert.ok(found, `${kind} ${name} is missing`);
    return found;
  }

  /** What may the token that peers hold do? Asked of the API server, not read off the rules. */
  async function readerMay(verb: string, group: string, resource: string): Promise<boolean> {
    const answer = await kube.create({
      apiVersion: "authorization.k8s.io/v1",
      kind: "SubjectAccessReview",
      metadata: { name: "" },
      spec: { user: reader, resourceAttributes: { verb, group, resource } },
    });
    return (answer as Installed).status?.allowed ?? false;
  }

  function crossNetworkGateway(name: string, mode: string): KubeObject {
    return {
      apiVersion: "networking.istio.io/v1",
      kind: "Gateway",
      metadata: { name, namespace: istioNamespace },
      spec: {
        selector: { istio: "eastwestgateway" },
        servers: [{ port: { number: 15443, name: "tls", protocol: "TLS" }, tls: { mode }, hosts: ["*.local"] }],
      },
    };
  }

  it("base brings the reader's account and the custom resource definitions", async () => {
    await install("base", "istio-base", {}, "--wait");
    await get("v1", "ServiceAccount", "istio-reader-service-account");
    for (const name of ["gateways.networking.istio.io", "peerauthentications.security.istio.io"]) {
      const { metadata } = await get("apiextensions.k8s.io/v1", "CustomResourceDefinition", name);
      assert.equal(metadata.annotations?.["helm.sh/resource-policy"], "keep");
    }
  });

  it("istiod becomes ready with the cluster's name, the mesh's and the place for its authority", async () => {
    await install(
      "istiod",
      "istiod",
      istiodValues({
        mesh: "lab",
        cluster,
        network: networkOf(cluster),
        isRemote: false,
        ambient: false,
        stays: false,
        clusters: [],
        roots: "root",
      }),
      "--wait",
      "--timeout",
      "60s",
    );
    const { containers, volumes } = (await get("apps/v1", "Deployment", "istiod")).spec.template.spec;
    assert.ok(containers[0]?.env.some(({ name, value }) => name === "CLUSTER_ID" && value === cluster));
    assert.ok(volumes.some(({ secret }) => secret?.secretName === "cacerts" && secret.optional));

    const mesh = (await get("v1", "ConfigMap", "istio")).data.mesh ?? "";
    assert.match(mesh, /meshId: lab/);
    assert.match(mesh, /ISTIO_META_DNS_CAPTURE: "true"/);
    const injector = await get("v1", "ConfigMap", "istio-sidecar-injector");
    assert.equal(JSON.parse(injector.data.values ?? "{}").global.network, networkOf(cluster));
  });

  it("no budget holds up the draining of a node", async () => {
    await install("gateway", gatewayName, gatewayValues(cluster));
    assert.deepEqual(await kube.list("policy/v1", "PodDisruptionBudget", { namespace: istioNamespace }), []);
  });

  it("the gateway's pods wait for the injector, which fails closed, and come when it is opened", async () => {
    const refusal = async () => {
      const { status } = await get("apps/v1", "Deployment", gatewayName);
      return status?.conditions?.find(({ type }) => type === "ReplicaFailure")?.message;
    };
    // The API server gives an unreachable webhook ten seconds.
    let message = await refusal();
    for (let tries = 0; message === undefined && tries < 60; tries++) {
      await sleep(500);
      message = await refusal();
    }
    assert.match(message ?? "", /sidecar-injector\.istio\.io/);

    const injector = {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "MutatingWebhookConfiguration",
      name: "istio-sidecar-injector",
    };
    await kube.mergePatch(injector, { webhooks: [] });
    await install("gateway", gatewayName, gatewayValues(cluster), "--wait", "--timeout", "120s");
    const { metadata, spec } = (await get("apps/v1", "Deployment", gatewayName)).spec.template;
    assert.equal(metadata.labels.istio, "eastwestgateway");
    assert.equal(metadata.labels["topology.istio.io/network"], networkOf(cluster));
    assert.deepEqual(spec.containers[0]?.env, [
      { name: "ISTIO_META_REQUESTED_NETWORK_VIEW", value: networkOf(cluster) },
    ]);
  });

  it("leaves the gateway's Service to the program", async () => {
    assert.equal(await find("v1", "Service", gatewayName), undefined);
  });

  it("takes the cross-network Gateway and refuses a TLS mode that there is not", async () => {
    await kube.create(crossNetworkGateway("cross-network-gateway", "AUTO_PASSTHROUGH"));
    await assert.rejects(kube.create(crossNetworkGateway("mistyped", "AUTO_PASSTROUGH")), { status: 422 });
  });

  it("peers may read what they route to, and write nothing of it", async () => {
    for (const [group, resource] of [
      ["", "services"],
      ["", "pods"],
      ["", "nodes"],
      ["", "namespaces"],
      ["discovery.k8s.io", "endpointslices"],
      ["networking.istio.io", "gateways"],
    ] as const) {
      for (const verb of ["get", "list", "watch"])
        assert.ok(await readerMay(verb, group, resource), `${verb} ${resource}`);
      for (const verb of ["create", "update", "patch", "delete"])
        assert.ok(!(await readerMay(verb, group, resource)), `${verb} ${resource}`);
    }
    for (const resource of ["secrets", "configmaps", "serviceaccounts/token", "pods/exec"])
      assert.ok(!(await readerMay("create", "", resource)), `create ${resource}`);
  });

  it("goes without a trace but its definitions, which keep what was made of them", async () => {
    await helm("uninstall", gatewayName, "istiod", "istio-base", "--wait", "--timeout", "60s");
    assert.equal(await find("apps/v1", "Deployment", "istiod"), undefined);
    const webhook = "MutatingWebhookConfiguration";
    assert.equal(await find("admissionregistration.k8s.io/v1", webhook, "istio-sidecar-injector"), undefined);
    await get("networking.istio.io/v1", "Gateway", "cross-network-gateway");
  });
});
