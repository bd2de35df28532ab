/** The kubernetes provider's stand-in against a real control plane, and two of its instances under the real engine. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import * as k8s from "@pulumi/kubernetes";
import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation";
import { KubeClient } from "../../checks/kube/client";
import { AwsClock } from "../../rehearsal/aws/account/clock";
import { InitFailed, type Props } from "../../rehearsal/base/operations";
import type { ControlPlane } from "../../rehearsal/control-planes/control-plane";
import { ControlPlanes } from "../../rehearsal/control-planes/control-planes";
import type { KubernetesConfig } from "../../rehearsal/providers/kubernetes/config";
import { kubernetesPackage } from "../../rehearsal/providers/kubernetes/package";
import type { Operation, ProviderPackage, ResourceHandler } from "../../rehearsal/providers/provider";
import { serve } from "../../rehearsal/providers/server";
import type { Tools } from "../../rehearsal/tools/tools";
import { needTools } from "../support/tools";

const namespace = "lab";

describe("The kubernetes provider's stand-in on a control plane", function () {
  this.timeout(120_000);
  let tools: Tools;
  let home: string;
  let planes: ControlPlanes;
  let plane: ControlPlane;
  let kube: KubeClient;
  let pkg: ProviderPackage<KubernetesConfig>;
  let config: KubernetesConfig;

  before(async function () {
    tools = await needTools(this);
    home = await mkdtemp(join(tmpdir(), "kubernetes-provider-"));
    planes = new ControlPlanes(tools, home);
    plane = await planes.create({ name: "one", version: "1.35", serviceCidr: "10.96.0.0/16" });
    kube = new KubeClient(plane.kubeconfig);
    pkg = kubernetesPackage({ helm: tools.helm, clock: new AwsClock(100), scratch: join(home, "scratch") });
    config = await pkg.configure({ kubeconfig: plane.kubeconfig });
    await made("v1", "Namespace", { metadata: { name: namespace } });
    await node();
  });

  after(async () => {
    planes?.closeAll();
    if (home) await rm(home, { recursive: true, force: true, maxRetries: 5 });
  });

  /** kwok takes nodes with this annotation for its own. */
  async function node() {
    await kube.create({
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: "node-1", annotations: { "kwok.x-k8s.io/node": "fake" }, labels: { type: "kwok" } },
    });
  }

  function operation(type: string, options: { timeout?: number; signal?: AbortSignal } = {}) {
    const handler = pkg.resource(type);
    assert.ok(handler, type);
    const op: Operation<KubernetesConfig> = {
      urn: `urn:pulumi:s::p::${type}::r`,
      type,
      name: "r",
      config,
      timeout: options.timeout ?? 0,
      signal: options.signal ?? new AbortController().signal,
    };
    return { op, handler };
  }

  /** Creates an object as the engine would, and gives what the engine does with it later. */
  async function made(apiVersion: string, kind: string, rest: Props, timeout?: number) {
    const { op, handler } = operation(`kubernetes:${apiVersion === "v1" ? "core/v1" : apiVersion}:${kind}`, {
      timeout,
    });
    const { inputs } = await check(handler, op, { apiVersion, kind, ...rest });
    const { id, outputs } = await handler.create(op, inputs);
    const refreshed = async () => {
      const found = await handler.read(op, id, outputs, inputs);
      assert.ok(found, `${id} is gone`);
      return found;
    };
    return {
      id,
      outputs,
      refreshed,
      unchanged: async () => assert.deepEqual((await refreshed()).inputs, inputs),
      update: (news: Props) => update(handler, op, id, outputs, news, inputs),
      repair: () => update(handler, op, id, outputs, inputs, inputs),
      inputs,
      gone: async () => (await handler.read(op, id, outputs, inputs)) === undefined,
      remove: () => handler.delete(op, id, outputs),
    };
  }

  function update(
    handler: ResourceHandler<KubernetesConfig>,
    op: Operation<KubernetesConfig>,
    id: string,
    ...rest: [Props, Props, Props]
  ) {
    assert.ok(handler.update);
    return handler.update(op, id, ...rest);
  }

  async function check(handler: ResourceHandler<KubernetesConfig>, op: Operation<KubernetesConfig>, news: Props) {
    assert.ok(handler.check);
    const checked = await handler.check(op, news, {});
    assert.deepEqual(checked.failures ?? [], []);
    return checked;
  }

  it("takes out of a Secret what its text no longer has", async () => {
    const secret = await made("v1", "Secret", { metadata: { namespace, name: "b" }, stringData: { a: "1", b: "2" } });
    const changed = await secret.update({ ...secret.inputs, stringData: { b: "3" } });
    assert.deepEqual(changed.data, { b: Buffer.from("3").toString("base64") });
    await secret.remove();
  });

  it("creates a Secret, sees and repairs what others did, and deletes it", async () => {
    const secret = await made("v1", "Secret", {
      metadata: { namespace, name: "a", labels: { app: "x" }, annotations: { "pulumi.com/patchForce": "true" } },
      stringData: { key: "right" },
    });
    assert.equal(secret.id, `${namespace}/a`);
    assert.equal(secret.outputs.metadata.managedFields, undefined);
    await secret.unchanged();
    const ref = { apiVersion: "v1", kind: "Secret", namespace, name: "a" };
    const data = (text: string) => ({ key: Buffer.from(text).toString("base64") });
    await kube.mergePatch(ref, { data: data("wrong"), metadata: { labels: { app: null } } });
    const { inputs } = await secret.refreshed();
    assert.deepEqual(inputs.stringData, { key: "wrong" });
    assert.equal(inputs.metadata.labels, undefined);
    await secret.repair();
    const repaired = await kube.get(ref);
    assert.deepEqual(repaired?.data, data("right"));
    assert.deepEqual(repaired?.metadata.labels, { app: "x" });
    await secret.remove();
    assert.ok(await secret.gone());
    await secret.remove();
  });

  it("takes no fields from others unasked, and gives up those that the program no longer has", async () => {
    const map = await made("v1", "ConfigMap", { metadata: { namespace, name: "b" }, data: { a: "1", b: "2" } });
    const outputs = await map.update({ ...map.inputs, data: { a: "1" } });
    assert.deepEqual(outputs.data, { a: "1" });
    await kube.mergePatch({ apiVersion: "v1", kind: "ConfigMap", namespace, name: "b" }, { data: { a: "9" } });
    await assert.rejects(map.repair(), /field conflict.*patchForce/s);
  });

  it("patches an object that others own, and lets go of its fields without deleting it", async () => {
    const map = await made("v1", "ConfigMap", { metadata: { namespace, name: "patched" }, data: { theirs: "1" } });
    const { op, handler } = operation("kubernetes:core/v1:ConfigMapPatch");
    const patch = (name: string) => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { namespace, name },
      data: { ours: "2" },
    });
    const { inputs } = await check(handler, op, patch("patched"));
    const { id, outputs } = await handler.create(op, inputs);
    assert.deepEqual(outputs.data, { theirs: "1", ours: "2" });
    assert.deepEqual((await handler.read(op, id, outputs, inputs))?.inputs, inputs);
    await handler.delete(op, id, outputs);
    assert.deepEqual((await map.refreshed()).outputs.data, { theirs: "1" });
    await assert.rejects(handler.create(op, patch("absent")), /"lab\/absent" is not there to be patched/);
  });

  it("refuses to take over an object that exists", async () => {
    await made("v1", "ConfigMap", { metadata: { namespace, name: "c" } });
    await assert.rejects(made("v1", "ConfigMap", { metadata: { namespace, name: "c" } }), /"lab\/c" already exists/);
  });

  it("waits for the token of a ServiceAccount", async () => {
    await made("v1", "ServiceAccount", { metadata: { namespace, name: "reader" } });
    const secret = (name: string, account: string, timeout?: number) =>
      made(
        "v1",
        "Secret",
        {
          metadata: { namespace, name, annotations: { "kubernetes.io/service-account.name": account } },
          type: "kubernetes.io/service-account-token",
        },
        timeout,
      );
    const token = await secret("token", "reader");
    assert.ok(token.outputs.data.token);
    await token.unchanged();
    // The controller deletes a token Secret whose account does not exist, or leaves it empty.
    await assert.rejects(secret("no-token", "nobody", 2), InitFailed);
  });

  it("waits for a Deployment", async () => {
    const labels = { app: "web" };
    const deployment = await made("apps/v1", "Deployment", {
      metadata: { namespace, name: "web" },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: "web", image: "web:1" }] } },
      },
    });
    assert.equal(deployment.outputs.status.availableReplicas, 2);
    await deployment.unchanged();
    const impossible = { ...deployment.inputs.spec.template.spec, nodeSelector: { no: "where" } };
    const spec = { ...deployment.inputs.spec, template: { metadata: { labels }, spec: impossible } };
    await assert.rejects(
      made("apps/v1", "Deployment", { metadata: { namespace, name: "nowhere" }, spec }, 3),
      (error) => error instanceof InitFailed && error.id === "lab/nowhere" && /Unschedulable/.test(error.message),
    );
  });

  it("waits for the address of a load balancer, and no longer than it is let", async () => {
    const body = (name: string) => ({
      metadata: { namespace, name },
      spec: { type: "LoadBalancer", selector: { app: "web" }, ports: [{ port: 80 }] },
    });
    const service = made("v1", "Service", body("balancer"));
    const ref = { apiVersion: "v1", kind: "Service", namespace, name: "balancer" };
    while (!(await kube.get(ref))) await new Promise((resolve) => setTimeout(resolve, 50));
    const status = { loadBalancer: { ingress: [{ hostname: "nlb.example" }] } };
    await kube.mergePatch(ref, { status }, { subresource: "status" });
    const { outputs, unchanged } = await service;
    assert.equal(outputs.status.loadBalancer.ingress[0].hostname, "nlb.example");
    await unchanged();
    await assert.rejects(
      made("v1", "Service", body("pending"), 1),
      (error) => error instanceof InitFailed && error.reasons.some((reason) => reason.includes("not allocated")),
    );
  });

  it("ends a wait when it is cancelled", async () => {
    const abort = new AbortController();
    const { op, handler } = operation("kubernetes:core/v1:Service", { signal: abort.signal });
    const spec = { type: "LoadBalancer", ports: [{ port: 80 }] };
    const inputs = { apiVersion: "v1", kind: "Service", metadata: { namespace, name: "cancelled" }, spec };
    setTimeout(() => abort.abort(new Error("cancelled")), 300);
    await assert.rejects(handler.create(op, inputs), (error) => error instanceof InitFailed);
  });

  it("knows a kind as soon as its definition is there, and takes its objects for gone with it", async () => {
    const gateway = () =>
      made("example.test/v1", "Gateway", { metadata: { namespace, name: "g" }, spec: { servers: [{ port: 1 }] } });
    await assert.rejects(gateway(), /any required CRDs/);
    const schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
    const definition = await made("apiextensions.k8s.io/v1", "CustomResourceDefinition", {
      metadata: { name: "gateways.example.test" },
      spec: {
        group: "example.test",
        scope: "Namespaced",
        names: { plural: "gateways", singular: "gateway", kind: "Gateway" },
        versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: schema } }],
      },
    });
    assert.equal(definition.id, "gateways.example.test");
    await definition.unchanged();
    const made1 = await gateway();
    await made1.unchanged();
    await definition.remove();
    assert.ok(await made1.gone());
    await made1.remove();
  });

  it("waits with a deletion for finalizers", async () => {
    const map = await made("v1", "ConfigMap", {
      metadata: { namespace, name: "held", finalizers: ["example.test/hold"] },
    });
    let over = false;
    const removal = map.remove().then(() => {
      over = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 700));
    assert.equal(over, false);
    const ref = { apiVersion: "v1", kind: "ConfigMap", namespace, name: "held" };
    await kube.mergePatch(ref, { metadata: { finalizers: null } });
    await removal;
    assert.ok(await map.gone());
  });

  it("says so when the cluster gives no answer, or drops what was in it", async () => {
    const kubeconfig = plane.kubeconfig.replaceAll(plane.endpoint, "https://127.0.0.1:1");
    const { op, handler } = operation("kubernetes:core/v1:ConfigMap");
    const state = { apiVersion: "v1", kind: "ConfigMap" };
    const silent = { ...op, config: await pkg.configure({ kubeconfig }) };
    await assert.rejects(handler.read(silent, "a/b", state, state), /unreachable.*PULUMI_K8S_DELETE_UNREACHABLE/s);
    const dropped = { ...op, config: await pkg.configure({ kubeconfig, deleteUnreachable: "true" }) };
    assert.equal(await handler.read(dropped, "a/b", state, state), undefined);
    await handler.delete(dropped, "a/b", state);
    await assert.rejects(handler.delete(silent, "a/b", state), /unreachable.*PULUMI_K8S_DELETE_UNREACHABLE/s);

    // A release is dropped by a refresh alone: its deletion fails either way, as with the real provider.
    const release = operation("kubernetes:helm.sh/v3:Release").handler;
    const installed = { chart: "tiny", name: "b", namespace: "a" };
    for (const each of [silent, dropped]) {
      await assert.rejects(
        release.delete(each, "a/b", installed),
        /can't delete Helm Release with unreachable cluster/,
      );
    }
    assert.equal(await release.read(dropped, "a/b", installed, installed), undefined);
  });

  it("installs, upgrades and uninstalls a chart", async () => {
    const chart = join(home, "tiny");
    await mkdir(join(chart, "templates"), { recursive: true });
    await writeFile(join(chart, "Chart.yaml"), "apiVersion: v2\nname: tiny\nversion: 1.2.3\nappVersion: '7'\n");
    await writeFile(
      join(chart, "templates", "map.yaml"),
      '{{ if .Values.refuse }}{{ fail (printf "no %s" .Values.text) }}{{ end }}\napiVersion: v1\nkind: ConfigMap\n' +
        "metadata: {name: tiny}\ndata: {text: {{ .Values.text | quote }}}\n",
    );
    await writeFile(
      join(chart, "templates", "pod.yaml"),
      "{{ if .Values.stuck }}\napiVersion: v1\nkind: Pod\nmetadata: {name: stuck}\n" +
        "spec: {nodeSelector: {no: where}, containers: [{name: a, image: a}]}\n{{ end }}\n",
    );
    await promisify(execFile)(tools.helm, ["package", chart, "--destination", home]);
    const { op, handler } = operation("kubernetes:helm.sh/v3:Release", { timeout: 5 });
    const given = { chart: join(home, "tiny-1.2.3.tgz"), name: "tiny", namespace, compat: "true" };
    const { inputs } = await check(handler, op, { ...given, values: { text: "first-value" } });
    const text = async () => {
      const map = await kube.get({ apiVersion: "v1", kind: "ConfigMap", namespace, name: "tiny" });
      return (map?.data as Props | undefined)?.text;
    };

    const { id, outputs } = await handler.create(op, inputs);
    assert.equal(id, `${namespace}/tiny`);
    const { status } = outputs;
    assert.deepEqual(
      [status.chart, status.version, status.appVersion, status.status],
      ["tiny", "1.2.3", "7", "deployed"],
    );
    assert.equal(await text(), "first-value");
    assert.deepEqual((await handler.read(op, id, outputs, inputs))?.inputs, inputs);
    await assert.rejects(handler.create(op, inputs), /exists already/);

    const news = { ...inputs, values: { text: "second-value" } };
    const updated = await update(handler, op, id, outputs, news, inputs);
    assert.equal(updated.status.revision, 2);
    assert.equal(await text(), "second-value");
    assert.deepEqual((await handler.read(op, id, outputs, inputs))?.inputs.values, { text: "second-value" });

    const refusing = { ...inputs, values: { text: "secret-value", refuse: true } };
    await assert.rejects(
      update(handler, op, id, outputs, refusing, inputs),
      (error: Error) => /no \[value\]/.test(error.message) && !error.message.includes("secret-value"),
    );
    await handler.delete(op, id, outputs);
    assert.equal(await text(), undefined);
    assert.equal(await handler.read(op, id, outputs, inputs), undefined);
    await handler.delete(op, id, outputs);

    const missing = { ...inputs, chart: join(home, "none-1.0.0.tgz") };
    await assert.rejects(handler.create(op, missing), /^Error: The chart .*none-1\.0\.0\.tgz was not found/);

    const failed = handler.create(op, { ...inputs, values: { text: "x", stuck: true } });
    await assert.rejects(failed, (error) => error instanceof InitFailed && error.outputs.status.status === "failed");
    assert.equal((await update(handler, op, id, outputs, inputs, inputs)).status.status, "deployed");
    await handler.delete(op, id, outputs);
    const left = await readdir(join(home, "scratch"));
    assert.deepEqual(
      left.filter((name) => name !== "helm-home"),
      [],
      "kubeconfigs and values are removed",
    );
  });

  it("refuses options of a release that it would not carry out", async () => {
    const { op, handler } = operation("kubernetes:helm.sh/v3:Release");
    const checked = await handler.check?.(op, { chart: "x", keyring: "y", devel: false }, {});
    assert.deepEqual(
      checked?.failures?.map(({ property }) => property),
      ["keyring"],
    );
  });

  it("keeps two providers of one program apart, under the real engine", async () => {
    const other = await planes.create({ name: "two", version: "1.35", serviceCidr: "10.97.0.0/16" });
    const work = join(home, "engine");
    await mkdir(work);
    const served = await serve(pkg, (_verb, _op, run) => run());
    const program = async () => {
      for (const [name, { kubeconfig }] of Object.entries({ one: plane, two: other })) {
        const provider = new k8s.Provider(name, { kubeconfig, enableServerSideApply: true });
        new k8s.core.v1.ConfigMap(name, { metadata: { name: "which" }, data: { which: name } }, { provider });
      }
    };
    try {
      const stack = await LocalWorkspace.createStack(
        { stackName: "s", projectName: "p", program },
        {
          workDir: work,
          pulumiCommand: await PulumiCommand.get({ root: dirname(dirname(tools.pulumi)) }),
          envVars: {
            PULUMI_HOME: work,
            PULUMI_BACKEND_URL: `file://${work}`,
            PULUMI_CONFIG_PASSPHRASE: "rehearsal",
            PULUMI_SKIP_UPDATE_CHECK: "true",
            PULUMI_DEBUG_PROVIDERS: `kubernetes:${served.port}`,
          },
          projectSettings: { name: "p", runtime: "nodejs", backend: { url: `file://${work}` } },
        },
      );
      await stack.up();
      const ref = { apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: "which" };
      for (const [name, { kubeconfig }] of Object.entries({ one: plane, two: other }))
        assert.deepEqual((await new KubeClient(kubeconfig).get(ref))?.data, { which: name });
      await stack.refresh();
      const again = await stack.up();
      assert.deepEqual(Object.keys(again.summary.resourceChanges ?? {}), ["same"]);
      await stack.destroy();
      assert.equal(await kube.get(ref), undefined);
    } finally {
      served.close();
    }
  });
});
