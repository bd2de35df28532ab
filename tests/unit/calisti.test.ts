import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import { mock } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { calistiProfile } from "../../components/backends/calisti/profile";
import { controlPlaneSpec } from "../../components/backends/calisti/values";
import { ConfigError } from "../../components/base/config-mistakes";
import { checkMirror } from "../../rehearsal/ground/chart-mirror";
import { clustersOf, configOf, planOf, seenConfig, withDemo } from "../support/config";
import { type Run, runProgram } from "../support/mocks";

const secret = "kubernetes:core/v1:Secret";
const release = "kubernetes:helm.sh/v3:Release";
const custom = (group: string, kind: string) => `kubernetes:${group}:${kind}`;
const clusterObject = custom("clusterregistry.k8s.cisco.com/v1alpha1", "Cluster");
const controlPlane = custom("servicemesh.cisco.com/v1alpha1", "IstioControlPlane");
const settings = { backend: "calisti", charts: '{"mirror":"/mirror"}' };
const names = ["cluster1", "cluster2"] as const;
const peerOf = { cluster1: "cluster2", cluster2: "cluster1" } as const;

function keysOf(settings: Record<string, string>): string[] {
  try {
    configOf(settings);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes.map(({ key }) => key);
    throw error;
  }
  return [];
}

function waitsFor(from: { readonly dependencies: readonly string[] }, name: string): boolean {
  return from.dependencies.some((urn) => urn.endsWith(`::${name}`));
}

describe("Calisti: configuration", () => {
  it("needs a mirror, and says in one mistake which charts and how to make it", () => {
    try {
      configOf({ backend: "calisti" });
      ok(false, "accepted");
    } catch (error) {
      ok(error instanceof ConfigError, String(error));
      deepEqual(
        error.mistakes.map(({ key }) => key),
        ["charts.mirror"],
      );
      match(error.message, /istio-operator 2\.1\.6 and cluster-registry 0\.2\.12/);
      match(error.message, /--branch deploy\/charts\/v2\.1\.6/);
      match(error.message, /--branch v0\.2\.12/);
      match(error.message, /sed -i '\/\^kubeVersion:\/d'/);
    }
  });

  it("does not speak of a mirror when the setting itself is wrong", () => {
    try {
      configOf({ backend: "calisti", charts: '{"mirror":""}' });
      ok(false, "accepted");
    } catch (error) {
      ok(error instanceof ConfigError);
      equal(error.mistakes.length, 1);
    }
  });

  it("gives sidecars only to namespaces that the program makes", () => {
    try {
      configOf({ ...settings, calisti: '{"injectedNamespaces":["default"]}' });
      ok(false, "accepted");
    } catch (error) {
      match((error as Error).message, /calisti\.injectedNamespaces\[0\]: a namespace that is there already/);
    }
  });

  it("refuses Kubernetes 1.36, on whose nodes its sidecars could not redirect traffic", () => {
    equal(configOf({ ...settings, kubernetesVersion: "1.35" }).kubernetesVersion, "1.35");
    deepEqual(keysOf({ ...settings, kubernetesVersion: "1.36" }), ["kubernetesVersion"]);
  });

  it("does not make a namespace twice", () => {
    const keys = (calisti: object, more = {}) => keysOf({ ...settings, ...more, calisti: JSON.stringify(calisti) });
    deepEqual(keys({ injectedNamespaces: ["shop", "istio-system", "cluster-registry", "shop"] }), [
      "calisti.injectedNamespaces[1]",
      "calisti.injectedNamespaces[2]",
      "calisti.injectedNamespaces[3]",
    ]);
    deepEqual(keys({ injectedNamespaces: ["boutique"] }), []);
    deepEqual(keys({ injectedNamespaces: ["boutique"] }, withDemo), ["calisti.injectedNamespaces[0]"]);
  });

  it("refuses gateways that hide what the demo shares", () => {
    const named = { ...settings, calisti: '{"exposedHosts":["a.b.svc.cluster.local"]}' };
    deepEqual(keysOf({ ...named, ...withDemo }), ["calisti.exposedHosts"]);
    deepEqual(keysOf(named), []);
  });

  it("says where the charts are when a mirror lacks them", () => {
    throws(
      () => checkMirror(__dirname, Object.values(calistiProfile.charts)),
      ({ message }: Error) => {
        match(message, /git clone .*cluster-registry-controller/);
        ok(!message.includes("helm pull") && !message.includes("MIRROR"), message);
        return true;
      },
    );
  });

  it("warns that it has ended", () => {
    match(
      calistiProfile.warnings?.(seenConfig(settings)).join() ?? "",
      /Istio 1\.17\.8, which gets no security fixes since 2023/,
    );
  });
});

describe("Calisti: plan", () => {
  it("crosses as Istio does, by a gateway of the operator's", () => {
    const plan = planOf(settings);
    deepEqual(
      plan.flows.map(({ to, traffic }) => [to.kind, traffic.protocol === "tcp" && traffic.port]),
      [
        ["balancer", 15443],
        ["apiServer", 443],
        ["balancer", 15443],
        ["apiServer", 443],
      ],
    );
    match(plan.flows[1]?.why ?? "", /cluster registry/);
    deepEqual(plan.clusters[0]?.balancers[0]?.selector, {
      "gateway-name": "istio-meshexpansion-cp-v117x",
      "gateway-type": "ingress",
    });
    equal(plan.clusters[0]?.mtu.pod, 8500);
  });

  it("exposes all hosts as the operator does, and named ones by a patch", () => {
    const spec = (host: string) =>
      controlPlaneSpec({ mesh: "lab", cluster: "cluster1", exposedHosts: [host], roots: "" });
    equal("k8sResourceOverlays" in spec("*.local"), false);
    const { k8sResourceOverlays: [overlay] = [] } = spec("redis-cart.default.svc.cluster.local");
    // Nothing but the name: on the operator's way to the cluster the Gateway has no namespace yet.
    deepEqual(overlay?.objectKey, { name: "istio-cross-network-cp-v117x" });
    equal(overlay?.patches[0]?.value, '["redis-cart.default.svc.cluster.local"]');
  });
});

const injecting = { ...settings, calisti: '{"injectedNamespaces":["shop"]}' };

describe("Calisti: program", function () {
  this.timeout(60_000);
  let run: Run;
  before(async () => {
    run = await runProgram(injecting);
  });

  for (const name of names) {
    const peer = peerOf[name];

    it(`makes an active control plane of ${name}, after its authority, its operator and its own Cluster`, () => {
      const plane = run.one(controlPlane, `${name}-calisti-control-plane`);
      const { spec, metadata } = plane.inputs;
      // What the operator says last: that a part of it is Available it says earlier.
      equal(metadata.annotations["pulumi.com/waitFor"], "jsonpath={.status.gatewayAddress}");
      deepEqual(
        [spec.version, spec.mode, spec.meshID, spec.clusterID, spec.networkName],
        ["1.17.8", "ACTIVE", "test", name, `${name}-network`],
      );
      equal(spec.meshConfig.defaultConfig.proxyMetadata.ISTIO_META_DNS_CAPTURE, "true");
      for (const before of ["cacerts", "operator", name]) ok(waitsFor(plane, `${name}-calisti-${before}`), before);
      const cacerts = run.one(secret, `${name}-calisti-cacerts`).inputs;
      equal((cacerts.stringData.value ?? cacerts.stringData)["ca-cert.pem"], `certificate-trust-cluster-${name}\n`);
    });

    it(`registers ${name} with itself and with ${peer}, by the UID of kube-system and a token`, () => {
      for (const on of names) {
        const { spec, metadata } = run.one(clusterObject, `${on}-calisti-${name}`).inputs;
        equal(metadata.name, name);
        equal(spec.clusterID, `uid-of-${name}-calisti-kube-system`);
        deepEqual(spec.kubernetesApiEndpoints, [{ serverAddress: `${name}.example` }]);
        const { type, stringData } = run.one(secret, `${on}-calisti-${name}`).inputs;
        equal(type, "k8s.cisco.com/cluster-registry-secret");
        const { clusters, users } = JSON.parse((stringData.value ?? stringData).kubeconfig);
        equal(clusters[0].cluster.server, `https://${name}.example`);
        deepEqual(users[0].user, { token: `token-${name}-calisti-registry-reader` });
      }
    });

    it(`tells the istiod of ${name} of ${peer} while it lives`, () => {
      const remote = run.one(secret, `${name}-calisti-remote-${peer}`);
      ok(waitsFor(remote, `${name}-calisti-control-plane`));
      const kubeconfig = JSON.parse((remote.inputs.stringData.value ?? remote.inputs.stringData)[peer]);
      deepEqual(kubeconfig.users[0].user, { token: `token-${peer}-calisti-reader-token` });
    });

    it(`takes objects of ${name} away while their controllers live`, () => {
      ok(waitsFor(run.one(clusterObject, `${name}-calisti-${peer}`), `${name}-calisti-registry`));
      const injected = run.one("kubernetes:core/v1:Namespace", `${name}-calisti-injected-shop`);
      ok(waitsFor(injected, `${name}-calisti-control-plane`));
    });

    it(`lets the peer in to ${name} by a load balancer of the program's`, async () => {
      const { metadata, spec } = run.one("kubernetes:core/v1:Service", `${name}-calisti-gateway`).inputs;
      equal(metadata.labels["topology.istio.io/network"], `${name}-network`);
      deepEqual(spec.loadBalancerSourceRanges, [name === "cluster1" ? "10.2.0.0/16" : "10.1.0.0/16"]);
      equal(run.lab.clusters[name]?.gateway, `${name}-calisti-gateway.elb.example`);
    });

    it(`labels the namespaces of ${name} whose pods get sidecars`, () => {
      const { labels } = run.one("kubernetes:core/v1:Namespace", `${name}-calisti-injected-shop`).inputs.metadata;
      equal(labels["istio.io/rev"], "cp-v117x.istio-system");
    });
  }

  it("takes both charts from the mirror and lets nobody else join the clusters", () => {
    const operator = run.one(release, "cluster1-calisti-operator").inputs;
    equal(operator.chart, "/mirror/istio-operator-2.1.6.tgz");
    equal(operator.values.clusterRegistry.resourceSyncRules.enabled, false);
    const registry = run.one(release, "cluster1-calisti-registry").inputs;
    equal(registry.chart, "/mirror/cluster-registry-0.2.12.tgz");
    equal(registry.values.controller.coreResourceSource.enabled, false);
    equal(registry.values.localCluster.name, "");
    // Waiting for its removal could last for good, and its webhook would refuse Clusters while it starts.
    deepEqual([registry.skipAwait, registry.values.webhooks.clusterValidator.enabled], [true, false]);
  });

  it("says in every run of the program that it has ended, before anything is built", async () => {
    const said = mock.method(pulumi.log, "warn", async () => {});
    try {
      await runProgram(settings);
    } finally {
      mock.restoreAll();
    }
    match(said.mock.calls.map(({ arguments: [text] }) => text).join("\n"), /Calisti's open core has ended/);
  });

  it("changes no resource's name when a cluster is added", async () => {
    const three = await runProgram({ ...injecting, clusters: clustersOf(3) });
    equal(three.all("multicluster-lab:istio:RemoteSecret").length, 6);
    const after = new Set(three.resources.map(({ type, name }) => `${type} ${name}`));
    for (const { type, name } of run.resources) ok(after.has(`${type} ${name}`), `${type} ${name} is gone`);
  });
});
