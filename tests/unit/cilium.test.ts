import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import { parse } from "yaml";
import { clusterIdOf } from "../../components/backends/cilium/cluster-id";
import { ipsecKeyLine } from "../../components/backends/cilium/ipsec-key";
import { agentConfig, peerConfig, remoteUsers } from "../../components/backends/cilium/mesh-config";
import { agentPool, nativeRange, nodesIn, podPool } from "../../components/backends/cilium/pools";
import { serviceDefinitions } from "../../components/backends/cilium/service-definitions";
import { ciliumValues } from "../../components/backends/cilium/values";
import { overlaps } from "../../components/base/cidr";
import { ConfigError } from "../../components/base/config-mistakes";
import { pairsOf } from "../../components/base/pairs";
import { corefile, requireMulticluster } from "../../components/cluster/corefile";
import { isEks } from "../../components/config/cluster";
import type { RawConfig } from "../../components/config/validate";
import { trafficText } from "../../components/plan/flows";
import { clustersOf, configOf, planOf, withDemo } from "../support/config";

const settings = (cilium: object, others: RawConfig = {}): RawConfig => ({
  backend: "cilium",
  cilium: JSON.stringify(cilium),
  ...others,
});

/** Every datapath with every encryption that it takes: bytes added, traffic between nodes. */
const pairs = [
  ["vxlan", "none", 50, ["udp 8472", "tcp 4240", "icmp 8/0"]],
  ["vxlan", "wireguard", 145, ["udp 8472", "udp 51871", "tcp 4240", "icmp 8/0"]],
  ["vxlan", "ipsec", 127, ["udp 8472", "esp", "tcp 4240", "icmp 8/0"]],
  ["eni", "none", 0, ["all"]],
  ["eni", "wireguard", 95, ["all"]],
  ["eni", "ipsec", 77, ["all"]],
  ["chaining", "none", 0, ["all"]],
  ["chaining", "wireguard", 95, ["all"]],
] as const;

describe("Cilium: datapath and encryption", () => {
  for (const [datapath, encryption, overhead, between] of pairs) {
    it(`${datapath} with ${encryption} leaves pods ${8500 - overhead} of 8500 bytes and opens ${between.join(", ")}`, () => {
      const plan = planOf(settings({ datapath, encryption }));
      const { networking } = plan;
      equal(networking.cni, datapath === "chaining" ? "vpc-cni" : "chart");
      equal(networking.podAddresses, datapath === "vxlan" ? "overlay" : "vpc");
      deepEqual(networking.startupTaints, [
        { key: "node.cilium.io/agent-not-ready", value: "true", effect: "NO_EXECUTE" },
      ]);
      equal((networking.nodeActions ?? []).length > 0, datapath === "eni");
      for (const { mtu, ingressRules } of plan.clusters) {
        deepEqual([mtu.path, mtu.pod], [8500, 8500 - overhead]);
        equal(mtu.node, datapath === "chaining" ? 8500 : 9001);
        const opened = ingressRules.filter(
          ({ source }) => source.kind === "cidr" && /^10\.[12]\.0\.0\/16$/.test(source.cidr),
        );
        deepEqual(
          opened.map(({ traffic }) => trafficText(traffic)).sort(),
          [...between, "tcp 32379", "icmp 3/4"].sort(),
        );
      }
    });

    it(`${datapath} with ${encryption} gives the chart what it needs, and nothing that makes certificates`, () => {
      const { config, clusters } = planOf(settings({ datapath, encryption }));
      const [first] = clusters.filter(isEks);
      ok(first);
      const values = ciliumValues(first, config.cilium, { apiServer: "api.example", roots: "root" }) as Record<
        string,
        unknown
      >;
      equal(values.MTU, 8500);
      deepEqual(values.cluster, { name: "cluster1", id: 50 });
      deepEqual(values.encryption, encryption === "none" ? undefined : { enabled: true, type: encryption });
      equal(values.routingMode, datapath === "vxlan" ? "tunnel" : "native");
      equal(values.enableIPv4Masquerade, datapath === "vxlan" ? undefined : false);
      deepEqual(
        [values.cni, values.enableIdentityMark],
        datapath === "chaining"
          ? [{ chainingMode: "aws-cni", exclusive: false, enableRouteMTUForCNIChaining: true }, false]
          : [undefined, undefined],
      );
      deepEqual(
        values.eni,
        datapath === "eni" ? { enabled: true, eniTags: { "multicluster-lab": "test" } } : undefined,
      );
      equal(values.ipv4NativeRoutingCIDR, datapath === "eni" ? "10.0.0.0/8" : undefined);
      deepEqual(
        values.ipam,
        {
          vxlan: pool("10.101.0.0/16"),
          eni: { mode: "eni" },
          chaining: pool("100.89.0.0/17"),
        }[datapath],
      );
      equal(values.k8sServiceHost, undefined);
      deepEqual(values.hubble, { enabled: false });
      deepEqual(values.clustermesh, {
        useAPIServer: true,
        cacheTTL: "30s",
        config: { enabled: false },
        apiserver: {
          service: { externallyCreated: true },
          podAnnotations: { "multicluster-lab/root": "root" },
          tls: { authMode: "cluster", auto: { enabled: false } },
        },
      });
    });
  }

  const pool = (cidr: string) => ({
    mode: "cluster-pool",
    operator: { clusterPoolIPv4PodCIDRList: [cidr], clusterPoolIPv4MaskSize: 24 },
  });

  it("lets the relay of a cluster ask the agents of all for flows, with Hubble", () => {
    const between = (cilium: object) =>
      planOf(settings(cilium)).flows.flatMap(({ to, traffic }) => (to.kind === "nodes" ? [trafficText(traffic)] : []));
    ok(between({ hubble: true }).includes("tcp 4244"));
    ok(!between({}).includes("tcp 4244"));
    deepEqual(between({ hubble: true, datapath: "eni" }), ["all", "all"]);
  });

  it("leads agents to the API server by its name when there is no kube-proxy", () => {
    const { config, clusters, networking } = planOf(settings({ kubeProxyReplacement: true }));
    const [first] = clusters.filter(isEks);
    ok(first);
    const values = ciliumValues(first, config.cilium, { apiServer: "api.example", roots: "root" }) as Record<
      string,
      unknown
    >;
    deepEqual(
      [values.kubeProxyReplacement, values.k8sServiceHost, values.k8sServicePort, networking.kubeProxy],
      [true, "api.example", 443, false],
    );
  });
});

describe("Cilium: what it refuses", () => {
  const refused: [string, RawConfig, string, RegExp][] = [
    [
      "the internet between nodes",
      settings({}, { interconnect: "internet", exposure: "public" }),
      "interconnect",
      /no route/,
    ],
    ["a public mesh", settings({}, { exposure: "public" }), "exposure", /private routes/],
    ["IPsec on another CNI", settings({ datapath: "chaining", encryption: "ipsec" }), "cilium.encryption", /15596/],
    [
      "IPsec to VPCs that agents would not encrypt to",
      settings({ datapath: "eni", encryption: "ipsec" }, named("a", "b", { vpcCidr: "172.30.0.0/16" })),
      "clusters[1].vpcCidr",
      /is not in 172\.16\.0\.0\/12, to which the agents of a encrypt/,
    ],
    ["another way to share Services", settings({ sharing: "serviceexports" }), "cilium.sharing", /not allowed/],
    ["an unknown datapath", settings({ datapath: "geneve" }), "cilium.datapath", /not allowed/],
    ["a sixteenth key", settings({ ipsecKey: 16 }), "cilium.ipsecKey", /above 15/],
    [
      "a number with the high bit",
      settings({ clusterIds: { cluster1: 128 } }),
      "cilium.clusterIds.cluster1",
      /above 127/,
    ],
    ["numbers of strangers", settings({ clusterIds: { cluster9: 1 } }), "cilium.clusterIds.cluster9", /no cluster/],
    [
      "two clusters of one number",
      settings({ clusterIds: { cluster1: 7, cluster2: 7 } }),
      "cilium.clusterIds.cluster2",
      /cluster2 and cluster1 would both be number 7/,
    ],
    ["names that come to one number", settings({}, named("aa", "ed")), "cilium.clusterIds.ed", /would both be number/],
    ["a cluster called default", settings({}, named("default", "other")), "clusters[0].name", /has none/],
    [
      "an overlay without addresses",
      settings({}, named("a", "b", { podCidr: undefined })),
      "clusters[0].podCidr",
      /is missing/,
    ],
    [
      "pod networks too small for the nodes",
      settings({}, { ...named("a", "b", { podCidr: "10.101.0.0/24" }), nodes: '{"max":9}' }),
      "clusters[0].podCidr",
      /room for the pods of 4 nodes/,
    ],
    [
      "the agents' own addresses in a VPC",
      settings({ datapath: "chaining" }, named("a", "b", { vpcCidr: "100.65.0.0/16" })),
      "clusters[0].vpcCidr",
      /overlaps 100\.64\.0\.0\/10/,
    ],
  ];
  for (const [what, given, key, problem] of refused) {
    it(`refuses ${what}`, () => {
      try {
        configOf(given);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        const found = error.mistakes.find((each) => each.key === key);
        ok(found, error.mistakes.map((each) => each.key).join(", "));
        match(found.problem, problem);
        return;
      }
      ok(false, "accepted");
    });
  }

  it("needs no pod networks where pods have addresses of the VPC", () => {
    for (const datapath of ["eni", "chaining"])
      configOf(settings({ datapath }, named("a", "b", { podCidr: undefined })));
  });
});

describe("Cilium: numbers and pools", () => {
  const names = Array.from({ length: 10 }, (_, index) => `cluster${index + 1}`);

  it("gives clusters numbers that follow from their names alone", () => {
    const ids = names.map((name) => clusterIdOf(name, { clusterIds: {} }));
    equal(new Set(ids).size, names.length);
    for (const id of ids) ok(id >= 1 && id <= 127);
    equal(clusterIdOf("cluster1", { clusterIds: { cluster2: 3 } }), ids[0]);
    equal(clusterIdOf("cluster1", { clusterIds: { cluster1: 3 } }), 3);
  });

  it("cuts pod networks into pieces that hold a node's pods", () => {
    deepEqual(
      ["10.0.0.0/12", "10.0.0.0/16", "10.0.0.0/18", "10.0.0.0/20", "10.0.0.0/24"].map((cidr) => [
        podPool(cidr).nodePrefix,
        nodesIn(cidr),
      ]),
      [
        [24, 4096],
        [24, 256],
        [25, 128],
        [26, 64],
        [26, 4],
      ],
    );
  });

  it("takes the whole private range of a VPC for that of all pods", () => {
    deepEqual(["10.1.0.0/16", "172.31.0.0/20", "192.168.4.0/24", "100.80.0.0/16", "198.51.0.0/16"].map(nativeRange), [
      "10.0.0.0/8",
      "172.16.0.0/12",
      "192.168.0.0/16",
      "100.64.0.0/10",
      "198.51.0.0/16",
    ]);
    configOf(settings({ datapath: "eni" }, named("a", "b", { vpcCidr: "172.30.0.0/16" })));
  });

  it("keeps the agents' own pools apart, for every number", () => {
    const pools = Array.from({ length: 127 }, (_, index) => agentPool(index + 1).cidr);
    equal(new Set(pools).size, 127);
    for (const [a, b] of pairsOf(pools.slice(0, 20))) ok(!overlaps(a, b), `${a} overlaps ${b}`);
  });
});

describe("Cilium: what the mesh is told", () => {
  it("names the peer's load balancer in a file that Cilium recognises", () => {
    const text = peerConfig("abc.elb.example", "root");
    match(text, /^endpoints:/);
    deepEqual(parse(text), {
      endpoints: ["https://abc.elb.example:2379"],
      "trusted-ca-file": "/var/lib/cilium/clustermesh/common-etcd-client-ca.crt",
      "key-file": "/var/lib/cilium/clustermesh/common-etcd-client.key",
      "cert-file": "/var/lib/cilium/clustermesh/common-etcd-client.crt",
    });
    const own = parse(agentConfig("root"));
    deepEqual(own.endpoints, ["https://clustermesh-apiserver.kube-system.svc:2379"]);
    equal(own["cert-file"], "/var/lib/cilium/clustermesh/local-etcd-client.crt");
  });

  it("lets in every peer by its own name", () => {
    deepEqual(parse(remoteUsers(["cluster2", "cluster3"])), {
      users: [
        { name: "remote-cluster2", role: "remote" },
        { name: "remote-cluster3", role: "remote" },
      ],
    });
  });

  it("writes IPsec keys as agents read them", () => {
    equal(ipsecKeyLine(3, "ab".repeat(32)), `3+ rfc4106(gcm(aes)) ${"ab".repeat(20)} 128`);
  });
});

describe("Cilium: Multi-Cluster Services API", () => {
  const mcs = settings({ sharing: "mcs" });

  it("is switched on in the chart without its copies of the kinds and its Job for CoreDNS", () => {
    const { config, clusters } = planOf(mcs);
    const [first] = clusters.filter(isEks);
    ok(first);
    const { clustermesh } = ciliumValues(first, config.cilium, { apiServer: "api.example", roots: "root" });
    equal(clustermesh.cacheTTL, "30s");
    deepEqual("mcsapi" in clustermesh && clustermesh.mcsapi, { enabled: true, installCRDs: false });
  });

  it("defines both kinds in the version that Cilium reads and the one that CoreDNS reads, of which one is stored", () => {
    deepEqual(
      serviceDefinitions.map(({ metadata }) => metadata.name),
      ["serviceexports.multicluster.x-k8s.io", "serviceimports.multicluster.x-k8s.io"],
    );
    for (const { spec } of serviceDefinitions) {
      deepEqual(
        spec.versions.map(({ name, served, storage }) => [name, served, storage]),
        [
          ["v1alpha1", true, false],
          ["v1beta1", true, true],
        ],
      );
      const [alpha, beta] = spec.versions;
      // Nothing converts between them.
      deepEqual(alpha?.schema, beta?.schema);
    }
  });

  it("exports a Service from where its pods are, under one name for all clusters, and needs no Service without a selector", () => {
    const { demo } = planOf({ ...mcs, ...withDemo });
    ok(demo);
    for (const { name, from, global, plan } of demo.exports) {
      equal(plan.host, `${name}.boutique.svc.clusterset.local`);
      deepEqual([plan.annotations, plan.labels, plan.selectorless], [{}, {}, []]);
      const exports = plan.objects.filter(({ manifest }) => manifest.kind === "ServiceExport");
      deepEqual(
        exports.map(({ cluster }) => cluster),
        from,
      );
      for (const { manifest } of exports) {
        const { apiVersion, metadata, spec } = manifest;
        deepEqual(
          [apiVersion, metadata, spec],
          ["multicluster.x-k8s.io/v1alpha1", { name, namespace: "boutique" }, undefined],
        );
      }
      ok(from.length === (global ? 2 : 1));
      equal(plan.objects.length, exports.length);
    }
  });

  it("carries the affinity to where a global Service is imported", () => {
    const { demo } = planOf({ ...mcs, demo: '{"affinity":"local"}' });
    for (const { global, plan } of demo?.exports ?? []) {
      const { spec } = plan.objects.find(({ manifest }) => manifest.kind === "ServiceExport")?.manifest ?? {};
      deepEqual(spec, global ? { exportedAnnotations: { "service.cilium.io/affinity": "local" } } : undefined);
    }
  });

  it("adds the cluster set's zone to the add-on's Corefile, and leaves the Corefile alone where there is nothing to add", () => {
    equal(corefile([], undefined), undefined);
    const text = corefile([], "clusterset.local") ?? "";
    match(text, /^\.:53 \{/);
    match(
      text,
      /^ {4}kubernetes cluster\.local clusterset\.local in-addr\.arpa ip6\.arpa \{\n {6}multicluster clusterset\.local\n {6}pods insecure\n {6}fallthrough in-addr\.arpa ip6\.arpa\n {4}\}$/m,
    );
    ok(!corefile([{ zone: "x.local", address: "10.0.0.1" }], undefined)?.includes("multicluster"));
  });

  it("refuses a CoreDNS that does not know the directive", () => {
    for (const version of ["v1.12.2-eksbuild.1", "v1.13.0-eksbuild.1", "v2.0.0"])
      equal(requireMulticluster(version), version);
    for (const version of ["v1.12.1-eksbuild.2", "v1.11.4-eksbuild.2", "latest"])
      throws(() => requireMulticluster(version), /need 1\.12\.2 or newer/);
  });
});

function named(first: string, second: string, changes: Record<string, unknown> = {}): RawConfig {
  const [a, b] = JSON.parse(clustersOf(2));
  return {
    clusters: JSON.stringify([
      { ...a, name: first, ...changes },
      { ...b, name: second },
    ]),
  };
}
