import { deepEqual, equal, ok } from "node:assert/strict";
import { backendNames } from "../../components/backends/profiles";
import type { RawConfig } from "../../components/config/validate";
import { boutique } from "../../components/demo/boutique";
import type { Manifest } from "../../components/plan/objects";
import { configOf, planOf } from "../support/config";
import { demoOf, settingsOf } from "../support/demo";
import { cniConfiguration, runProgram } from "../support/mocks";

/** What is said on a cluster by the object of that kind and name. */
function said(settings: RawConfig, cluster: string, kind: string, name: string): Manifest["spec"] {
  const found = demoOf(settings).protection.filter(
    (each) => each.cluster === cluster && each.manifest.kind === kind && each.manifest.metadata.name === name,
  );
  equal(found.length, 1, `${kind} ${name} on ${cluster}`);
  return found[0]?.manifest.spec;
}

/** The one policy of each backend that says who may call a service. */
const policyOf = {
  istio: "AuthorizationPolicy",
  calisti: "AuthorizationPolicy",
  linkerd: "Server",
  cilium: "CiliumNetworkPolicy",
  submariner: "NetworkPolicy",
  loadbalancer: "NetworkPolicy",
} as const;

describe("demo: protection", () => {
  for (const backend of backendNames) {
    it(`has on ${backend} a policy for every service that listens, where it runs`, () => {
      const { protection, instances } = demoOf(settingsOf(backend));
      const named = protection
        .filter(({ manifest }) => manifest.kind === policyOf[backend])
        .map(({ cluster, manifest }) => `${cluster} ${manifest.metadata.name}`)
        .filter((name) => !name.endsWith("deny-by-default"));
      deepEqual(
        named.sort(),
        instances
          .filter(({ service }) => service.port !== undefined)
          .map(({ cluster, service }) => `${cluster} ${service.name}`)
          .sort(),
      );
    });

    it(`names on ${backend} no caller that the demo does not have`, () => {
      const { protection } = demoOf(settingsOf(backend));
      const text = JSON.stringify(protection.find(({ manifest }) => manifest.metadata.name === "emailservice"));
      const strangers = boutique
        .map(({ name }) => name)
        .filter((name) => !["emailservice", "checkoutservice"].includes(name));
      for (const stranger of strangers) ok(!text.includes(stranger), `${stranger} may call emailservice`);
    });
  }

  for (const [backend, version] of [
    ["istio", "v1"],
    ["calisti", "v1beta1"],
  ] as const) {
    it(`refuses on ${backend} what is in clear, but for people at the door`, () => {
      const settings = settingsOf(backend);
      for (const cluster of ["cluster1", "cluster2"]) {
        deepEqual(said(settings, cluster, "PeerAuthentication", "strict"), { mtls: { mode: "STRICT" } });
        // Without rules it lets in nobody.
        deepEqual(said(settings, cluster, "AuthorizationPolicy", "deny-by-default"), {});
      }
      const door = { selector: { matchLabels: { app: "frontend" } } };
      deepEqual(said(settings, "cluster1", "PeerAuthentication", "frontend"), {
        ...door,
        mtls: { mode: "STRICT" },
        portLevelMtls: { 8080: { mode: "PERMISSIVE" } },
      });
      deepEqual(said(settings, "cluster1", "AuthorizationPolicy", "frontend"), {
        ...door,
        action: "ALLOW",
        rules: [{ to: [{ operation: { ports: ["8080"] } }] }],
      });
      const principals = ["cartservice", "redis-cart"].map((name) => `cluster.local/ns/boutique/sa/${name}`);
      deepEqual(said(settings, "cluster1", "AuthorizationPolicy", "redis-cart"), {
        selector: { matchLabels: { app: "redis-cart" } },
        action: "ALLOW",
        rules: [{ from: [{ source: { principals } }], to: [{ operation: { ports: ["6379"] } }] }],
      });
      const { protection } = demoOf(settings);
      ok(protection.every(({ manifest }) => manifest.apiVersion === `security.istio.io/${version}`));
    });

    it(`has calls on ${backend} give up what does not answer`, () => {
      for (const { name, from, to, plan } of demoOf(settingsOf(backend)).exports) {
        const rules = plan.objects.filter(({ manifest }) => manifest.kind === "DestinationRule");
        // Callers go by the rules of their own cluster.
        deepEqual(
          rules.map(({ cluster }) => cluster),
          [...from, ...to],
          name,
        );
        for (const { manifest } of rules)
          deepEqual(manifest.spec?.trafficPolicy, {
            connectionPool: { tcp: { connectTimeout: "2s" } },
            // Else they stay in their region, since failures are looked for.
            loadBalancer: { localityLbSetting: { enabled: false } },
            outlierDetection: {
              consecutive5xxErrors: 5,
              interval: "10s",
              baseEjectionTime: "30s",
              maxEjectionPercent: 100,
            },
          });
        // The name is the cluster's own, whatever the control plane knows of the peer.
        deepEqual(plan.selectorless, to);
      }
    });
  }

  it("has Linkerd refuse by default, and admit callers, people at the door, and the kubelet", () => {
    const settings = settingsOf("linkerd");
    const { membership, exports } = demoOf(settings);
    equal(membership.namespace.annotations["config.linkerd.io/default-inbound-policy"], "deny");
    deepEqual(said(settings, "cluster1", "Server", "frontend"), {
      podSelector: { matchLabels: { app: "frontend" } },
      port: 8080,
      proxyProtocol: "HTTP/1",
      accessPolicy: "all-unauthenticated",
    });
    const server = { group: "policy.linkerd.io", kind: "Server", name: "emailservice" };
    deepEqual(said(settings, "cluster2", "AuthorizationPolicy", "emailservice"), {
      targetRef: server,
      requiredAuthenticationRefs: [{ group: "policy.linkerd.io", kind: "MeshTLSAuthentication", name: "emailservice" }],
    });
    deepEqual(said(settings, "cluster2", "HTTPRoute", "emailservice-probe"), {
      parentRefs: [server],
      rules: [{ matches: [{ path: { type: "Exact", value: "/grpc.health.v1.Health/Check" } }] }],
    });
    deepEqual(said(settings, "cluster2", "AuthorizationPolicy", "emailservice-probe"), {
      targetRef: { group: "policy.linkerd.io", kind: "HTTPRoute", name: "emailservice-probe" },
      requiredAuthenticationRefs: [{ group: "policy.linkerd.io", kind: "NetworkAuthentication", name: "kubelet" }],
    });
    deepEqual(said(settings, "cluster2", "HTTPRoute", "emailservice"), {
      parentRefs: [server],
      rules: [{ matches: [{ path: { type: "PathPrefix", value: "/" } }] }],
    });
    for (const { plan } of exports)
      deepEqual(plan.annotations, { "balancer.linkerd.io/failure-accrual": "consecutive" });
  });

  it("has Linkerd's gateway among the callers of what peers call by it, and of nothing else", () => {
    const identity = (name: string, namespace = "boutique") =>
      `${name}.${namespace}.serviceaccount.identity.linkerd.cluster.local`;
    const gateway = identity("linkerd-gateway", "linkerd-multicluster");
    const clients = [identity("cartservice"), identity("redis-cart")];
    for (const [mode, more] of [
      ["gateway", [gateway]],
      ["remote-discovery", []],
      ["federated", []],
    ] as const) {
      const settings = { ...settingsOf("linkerd"), linkerd: JSON.stringify({ mode }) };
      deepEqual(said(settings, "cluster1", "MeshTLSAuthentication", "redis-cart"), {
        identities: [...clients, ...more],
      });
      deepEqual(said(settings, "cluster2", "MeshTLSAuthentication", "emailservice"), {
        identities: [identity("checkoutservice")],
      });
    }
  });

  it("has Cilium admit callers by account and cluster, and people from outside", () => {
    const settings = settingsOf("cilium");
    deepEqual(said(settings, "cluster1", "NetworkPolicy", "deny-by-default"), {
      podSelector: {},
      policyTypes: ["Ingress"],
    });
    const toPorts = [{ ports: [{ port: "6379", protocol: "TCP" }] }];
    // Cilium adds the own cluster's label to whatever names none (clustermesh.policyDefaultLocalCluster).
    const caller = (account: string, cluster: string) => ({
      matchLabels: {
        "k8s:io.kubernetes.pod.namespace": "boutique",
        "k8s:io.cilium.k8s.policy.serviceaccount": account,
      },
      matchExpressions: [{ key: "k8s:io.cilium.k8s.policy.cluster", operator: "In", values: [cluster] }],
    });
    deepEqual(said(settings, "cluster1", "CiliumNetworkPolicy", "redis-cart"), {
      endpointSelector: { matchLabels: { app: "redis-cart" } },
      ingress: [{ fromEndpoints: [caller("cartservice", "cluster1"), caller("redis-cart", "cluster2")], toPorts }],
    });
    const door = said(settings, "cluster1", "CiliumNetworkPolicy", "frontend");
    deepEqual(
      ((door?.ingress ?? []) as { fromEntities?: string[] }[]).flatMap(({ fromEntities = [] }) => fromEntities),
      ["world", "remote-node"],
    );
  });

  const pods = (app: string) => ({ podSelector: { matchLabels: { app } } });
  const network = (cidr: string | undefined) => ({ ipBlock: { cidr } });
  const admits = (settings: RawConfig, cluster: string, name: string) => {
    const spec = said(settings, cluster, "NetworkPolicy", name);
    return ((spec?.ingress ?? []) as { from?: unknown[] }[]).map(({ from }) => from);
  };

  it("has Submariner's policies admit pods here by label and the peers' by address, and everybody where Globalnet hides them", () => {
    const settings = settingsOf("submariner");
    deepEqual(admits(settings, "cluster1", "redis-cart"), [
      [pods("cartservice"), network(configOf().clusters[1]?.podCidr)],
    ]);
    deepEqual(admits(settings, "cluster2", "emailservice"), [[pods("checkoutservice")]]);
    deepEqual(admits(settings, "cluster1", "frontend"), [undefined]);
    const globalnet = { ...settings, submariner: '{"globalnet":true}' };
    // kube-proxy would have shut out the copy on the peer.
    deepEqual(admits(globalnet, "cluster1", "redis-cart"), [undefined]);
    deepEqual(admits(globalnet, "cluster2", "emailservice"), [[pods("checkoutservice")]]);
  });

  it("has plain load balancers admit what nodes pass on, with a CNI that enforces it", async () => {
    const settings = settingsOf("loadbalancer");
    deepEqual(admits(settings, "cluster1", "redis-cart"), [[pods("cartservice"), network("10.1.0.0/16")]]);
    deepEqual(admits(settings, "cluster2", "emailservice"), [[pods("checkoutservice")]]);
    const enforces = async (each: RawConfig) =>
      (cniConfiguration(await runProgram(each), "cluster1") as { enableNetworkPolicy?: string }).enableNetworkPolicy;
    equal(await enforces(settings), "true");
    equal(await enforces(settingsOf("istio")), undefined);
    equal(planOf(settings).networking.networkPolicies, true);
  });
});
