/**
 * Istio's charts, installed by the real helm on a real control plane with simulated nodes: what the program relies on is
 * there. Runs on the stand-in charts, or with CHARTS_DIR on a mirror that holds the real ones.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { parse } from "yaml";
import { istioCharts } from "../../components/backends/istio/charts";
import { gatewayName, istioNamespace, networkOf } from "../../components/backends/istio/profile";
import { gatewayValues, istiodValues } from "../../components/backends/istio/values";
import { buildMirror, checkMirror } from "../../rehearsal/ground/chart-mirror";
import { ensureTools, type Tools, toolsAvailable } from "../../rehearsal/ground/tools";

const run = promisify(execFile);

type Kubernetes = typeof import("@kubernetes/client-node", { with: { "resolution-mode": "import" }});
/** A Kubernetes kind as the client library types it. */
type Kind<Name extends keyof Kubernetes> = InstanceType<Extract<Kubernetes[Name], new () => object>>;
const core = `/api/v1/namespaces/${istioNamespace}`;
const apps = `/apis/apps/v1/namespaces/${istioNamespace}`;
const gateways = `/apis/networking.istio.io/v1/namespaces/${istioNamespace}/gateways`;
const injectorPath = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/istio-sidecar-injector";
const reader = `system:serviceaccount:${istioNamespace}:istio-reader-service-account`;

describe("Istio's charts on a control plane", function () {
  this.timeout(180_000);
  let scratch = "";
  let mirror: string;
  let helmPath: string;
  let kubeconfig: string;
  let stop: (() => Promise<unknown>) | undefined;

  before(async function () {
    if (toolsAvailable() !== undefined && !process.env.CI) this.skip();
    const tools = await ensureTools(console.log);
    helmPath = tools.helm;
    scratch = await mkdtemp(join(tmpdir(), "istio-charts-"));
    ({ kubeconfig, stop } = await startControlPlane(tools, scratch));

    mirror = process.env.CHARTS_DIR ?? join(scratch, "mirror");
    if (process.env.CHARTS_DIR === undefined) await buildMirror(helmPath, mirror, [resolve("rehearsal/charts/istio")]);
    checkMirror(mirror, Object.values(istioCharts));
    await api("POST", "/api/v1/namespaces", {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: istioNamespace, labels: { "topology.istio.io/network": networkOf("cluster1") } },
    });
  });

  after(async () => {
    await stop?.();
    if (scratch) await rm(scratch, { recursive: true, force: true });
  });

  function helm(...args: string[]) {
    return run(helmPath, [...args, "--namespace", istioNamespace], {
      env: { ...process.env, KUBECONFIG: kubeconfig, HELM_CACHE_HOME: scratch, HELM_CONFIG_HOME: scratch },
    });
  }

  async function install(chart: keyof typeof istioCharts, release: string, values: object, ...flags: string[]) {
    const file = join(scratch, `${release}.json`);
    await writeFile(file, JSON.stringify(values));
    const { name, version } = istioCharts[chart];
    await helm("upgrade", "--install", release, join(mirror, `${name}-${version}.tgz`), "--values", file, ...flags);
  }

  /** One call to the API server, with the rights of its administrator. */
  async function api<T = object>(method: string, path: string, body?: object): Promise<T> {
    const { clusters, users } = parse(await readFile(kubeconfig, "utf8"));
    const pem = (value: string) => Buffer.from(value, "base64");
    const call = request(clusters[0].cluster.server + path, {
      method,
      ca: pem(clusters[0].cluster["certificate-authority-data"]),
      cert: pem(users[0].user["client-certificate-data"]),
      key: pem(users[0].user["client-key-data"]),
      headers: { "content-type": "application/json" },
    });
    call.end(body === undefined ? undefined : JSON.stringify(body));
    const [response] = (await once(call, "response")) as [IncomingMessage];
    const answer = await text(response);
    if (response.statusCode === undefined || response.statusCode >= 300) {
      throw new Error(`${response.statusCode} ${method} ${path}: ${answer}`);
    }
    return JSON.parse(answer);
  }

  /** What may the token that peers hold do? Asked of the API server, not read off the rules. */
  async function readerMay(verb: string, group: string, resource: string): Promise<boolean> {
    const review: Kind<"V1SubjectAccessReview"> = {
      spec: { user: reader, resourceAttributes: { verb, group, resource } },
    };
    const path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
    const { status } = await api<Kind<"V1SubjectAccessReview">>("POST", path, review);
    return status?.allowed ?? false;
  }

  function crossNetworkGateway(name: string, mode: string): object {
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
    await api("GET", `${core}/serviceaccounts/istio-reader-service-account`);
    for (const name of ["gateways.networking.istio.io", "peerauthentications.security.istio.io"]) {
      const crd = await api<Kind<"V1CustomResourceDefinition">>(
        "GET",
        `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`,
      );
      assert.equal(crd.metadata?.annotations?.["helm.sh/resource-policy"], "keep");
    }
  });

  it("istiod becomes ready with the cluster's name, the mesh's and the place for its authority", async () => {
    await install("istiod", "istiod", istiodValues("lab", "cluster1"), "--wait", "--timeout", "60s");
    const istiod = await api<Kind<"V1Deployment">>("GET", `${apps}/deployments/istiod`);
    const pod = istiod.spec?.template.spec;
    const env = Object.fromEntries((pod?.containers[0]?.env ?? []).map(({ name, value }) => [name, value]));
    assert.equal(env.CLUSTER_ID, "cluster1");
    const secrets = (pod?.volumes ?? []).flatMap(({ secret }) => (secret ? [secret] : []));
    assert.ok(secrets.some(({ secretName, optional }) => secretName === "cacerts" && optional));

    const mesh = await api<Kind<"V1ConfigMap">>("GET", `${core}/configmaps/istio`);
    assert.match(mesh.data?.mesh ?? "", /meshId: lab/);
    assert.match(mesh.data?.mesh ?? "", /ISTIO_META_DNS_CAPTURE: "true"/);
    const injector = await api<Kind<"V1ConfigMap">>("GET", `${core}/configmaps/istio-sidecar-injector`);
    assert.equal(JSON.parse(injector.data?.values ?? "{}").global.network, networkOf("cluster1"));
  });

  it("no budget holds up the draining of a node", async () => {
    await install("gateway", gatewayName, gatewayValues("cluster1"));
    const path = `/apis/policy/v1/namespaces/${istioNamespace}/poddisruptionbudgets`;
    const budgets = await api<Kind<"V1PodDisruptionBudgetList">>("GET", path);
    assert.deepEqual(budgets.items, []);
  });

  it("the gateway's pods wait for the injector, which fails closed, and come when it is opened", async () => {
    const gateway = () => api<Kind<"V1Deployment">>("GET", `${apps}/deployments/${gatewayName}`);
    const refusal = async () => {
      const { status } = await gateway();
      return status?.conditions?.find(({ type }) => type === "ReplicaFailure")?.message;
    };
    // The API server gives an unreachable webhook ten seconds.
    let message = await refusal();
    for (let tries = 0; message === undefined && tries < 60; tries++) {
      await sleep(500);
      message = await refusal();
    }
    assert.match(message ?? "", /sidecar-injector\.istio\.io/);

    const injector = await api<Kind<"V1MutatingWebhookConfiguration">>("GET", injectorPath);
    await api("PUT", injectorPath, { ...injector, webhooks: [] });
    await install("gateway", gatewayName, gatewayValues("cluster1"), "--wait", "--timeout", "120s");
    const { spec } = await gateway();
    const labels = spec?.template.metadata?.labels;
    assert.equal(labels?.istio, "eastwestgateway");
    assert.equal(labels?.["topology.istio.io/network"], networkOf("cluster1"));
    assert.deepEqual(spec?.template.spec?.containers[0]?.env, [
      { name: "ISTIO_META_REQUESTED_NETWORK_VIEW", value: networkOf("cluster1") },
    ]);
  });

  it("leaves the gateway's Service to the program", async () => {
    await assert.rejects(api("GET", `${core}/services/${gatewayName}`), /^Error: 404/);
  });

  it("takes the cross-network Gateway and refuses a TLS mode that there is not", async () => {
    await api("POST", gateways, crossNetworkGateway("cross-network-gateway", "AUTO_PASSTHROUGH"));
    await assert.rejects(api("POST", gateways, crossNetworkGateway("mistyped", "AUTO_PASSTROUGH")), /^Error: 422/);
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
    await assert.rejects(api("GET", `${apps}/deployments/istiod`), /^Error: 404/);
    await assert.rejects(api("GET", injectorPath), /^Error: 404/);
    await api("GET", `${gateways}/cross-network-gateway`);
  });
});

/** A control plane with two simulated nodes that keeps its state in `scratch`. */
async function startControlPlane(tools: Tools, scratch: string) {
  const cluster = (...args: string[]) =>
    run(tools.kwokctl, [...args, "--name", "istio-charts"], { env: { ...process.env, HOME: scratch } });
  await cluster(
    ...["create", "cluster", "--runtime", "binary", "--wait", "60s"],
    ...["--kwok-controller-binary", tools.kwok, "--etcd-binary", tools.etcd],
    ...["--kube-apiserver-binary", tools["kube-apiserver"], "--kube-scheduler-binary", tools["kube-scheduler"]],
    ...["--kube-controller-manager-binary", tools["kube-controller-manager"]],
  );
  await cluster("scale", "node", "--replicas", "2");
  const kubeconfig = join(scratch, "kubeconfig");
  await writeFile(kubeconfig, (await cluster("get", "kubeconfig")).stdout);
  return { kubeconfig, stop: () => cluster("delete", "cluster") };
}
