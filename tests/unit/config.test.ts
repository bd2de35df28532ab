import { deepEqual, equal, match, ok } from "node:assert/strict";
import { ConfigError } from "../../components/base/config-mistakes";
import type { RawConfig } from "../../components/config/validate";
import { clustersOf, configOf } from "../support/config";

function mistakesIn(settings: RawConfig): readonly { key: string; problem: string; fix: string }[] {
  try {
    configOf(settings);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}

const cluster = (changes: Record<string, unknown>) => ({
  name: "cluster1",
  region: "us-east-1",
  vpcCidr: "10.1.0.0/16",
  serviceCidr: "172.20.0.0/16",
  ...changes,
});
const second = cluster({ name: "cluster2", vpcCidr: "10.2.0.0/16", serviceCidr: "172.21.0.0/16" });

describe("configuration", () => {
  it("has defaults for everything but who administers the clusters", () => {
    const config = configOf();
    equal(config.backend, "istio");
    deepEqual(
      config.clusters.map(({ name }) => name),
      ["cluster1", "cluster2"],
    );
    equal(config.kubernetesVersion, "1.35");
    equal(config.exposure, "private");
    deepEqual(config.istio.exposedHosts, ["*.local"]);
  });

  it("reports all mistakes at once, each with key, problem and fix", () => {
    const found = mistakesIn({
      backend: "isto",
      clusters: '[{"name":"A"}]',
      nodes: '{"desired":0,"mx":3}',
      nodez: "{}",
      exposure: "open",
    });
    deepEqual(
      found.map(({ key }) => key).sort(),
      [
        "backend",
        "clusters",
        "clusters[0].name",
        "clusters[0].region",
        "clusters[0].serviceCidr",
        "clusters[0].vpcCidr",
        "exposure",
        "nodes.desired",
        "nodes.mx",
        "nodez",
      ].sort(),
    );
    for (const { problem, fix } of found) ok(problem.length > 0 && fix.length > 0);
    match(found.find(({ key }) => key === "backend")?.fix ?? "", /Did you mean "istio"\?/);
    match(found.find(({ key }) => key === "nodez")?.fix ?? "", /Did you mean nodes\?/);
  });

  it("names the stack and says that nothing was built", () => {
    try {
      configOf({ backend: "isto" });
      ok(false, "accepted");
    } catch (error) {
      match((error as Error).message, /^the configuration of stack test has 1 mistake; nothing was built\./);
    }
  });

  it("says how to set adminCidrs when it is empty: Pulumi itself could not reach what it makes", () => {
    const [only, ...others] = mistakesIn({ adminCidrs: "[]" });
    deepEqual(others, []);
    match(only?.problem ?? "", /nobody could reach the API servers/);
    match(only?.fix ?? "", /pulumi config set --path 'adminCidrs\[0\]'/);
  });

  it("says how to set adminCidrs when it is missing", () => {
    const [only, ...others] = mistakesIn({ adminCidrs: undefined as unknown as string });
    equal(others.length, 0);
    match(only?.fix ?? "", /pulumi config set --path 'adminCidrs\[0\]'/);
  });

  const wrong: [string, RawConfig, string, RegExp][] = [
    [
      "a VPC that overlaps another",
      { clusters: JSON.stringify([cluster({}), { ...second, vpcCidr: "10.1.128.0/20" }]) },
      "clusters[1].vpcCidr",
      /overlaps clusters\[0\]\.vpcCidr/,
    ],
    [
      "Services inside of the VPC",
      { clusters: JSON.stringify([cluster({ serviceCidr: "10.1.0.0/20" }), second]) },
      "clusters[0].serviceCidr",
      /overlaps clusters\[0\]\.vpcCidr/,
    ],
    [
      "Services inside of a peer's VPC",
      { clusters: JSON.stringify([cluster({ serviceCidr: "10.2.0.0/20" }), second]) },
      "clusters[1].vpcCidr",
      /overlaps clusters\[0\]\.serviceCidr/,
    ],
    [
      "Services of two clusters at one address",
      { clusters: JSON.stringify([cluster({}), { ...second, serviceCidr: "172.20.0.0/16" }]) },
      "clusters[1].serviceCidr",
      /overlaps clusters\[0\]\.serviceCidr/,
    ],
    [
      "public addresses for Services",
      { clusters: JSON.stringify([cluster({ serviceCidr: "8.8.0.0/16" }), second]) },
      "clusters[0].serviceCidr",
      /not inside/,
    ],
    [
      "host bits",
      { clusters: JSON.stringify([cluster({ vpcCidr: "10.1.2.3/16" }), second]) },
      "clusters[0].vpcCidr",
      /the network is 10\.1\.0\.0\/16/,
    ],
    [
      "a malformed network",
      { clusters: JSON.stringify([cluster({ vpcCidr: "10.1.0.0/99" }), second]) },
      "clusters[0].vpcCidr",
      /not an IPv4 network/,
    ],
    [
      "a VPC too large for AWS",
      { clusters: JSON.stringify([cluster({ vpcCidr: "10.0.0.0/12" }), second]) },
      "clusters[0].vpcCidr",
      /between \/16 and \/24/,
    ],
    [
      "two clusters of one name",
      { clusters: JSON.stringify([cluster({}), { ...second, name: "cluster1" }]) },
      "clusters[1].name",
      /another cluster/,
    ],
    ["one cluster", { clusters: JSON.stringify([cluster({})]) }, "clusters", /nothing to join/],
    ["node counts out of order", { nodes: '{"min":3,"desired":2}' }, "nodes", /not in order/],
    [
      "an intermediate that outlives the root",
      { trust: '{"rootDays":10,"intermediateDays":20}' },
      "trust.intermediateDays",
      /longer than the root/,
    ],
    ["private gateways without private routes", { interconnect: "internet" }, "exposure", /nobody outside/],
    [
      "a Kubernetes version the backend is not released for",
      { backend: "submariner", kubernetesVersion: "1.36" },
      "kubernetesVersion",
      /Submariner does not support it/,
    ],
    ["an unquoted version", { kubernetesVersion: "1.3" }, "kubernetesVersion", /not allowed/],
    ["a list where a map belongs", { nodes: "[1]" }, "nodes", /not a map/],
    ["what is no JSON", { clusters: "cluster1" }, "clusters", /not a list or map/],
    [
      "a host that is none of the cluster's",
      { istio: '{"exposedHosts":["example.com"]}' },
      "istio.exposedHosts[0]",
      /not a host/,
    ],
    [
      "keys that Linkerd cannot use",
      { backend: "linkerd", trust: '{"keyAlgorithm":"P384"}' },
      "trust.keyAlgorithm",
      /Linkerd takes no issuer/,
    ],
    [
      "RSA keys with Linkerd, which would take them for a root alone",
      { backend: "linkerd", trust: '{"keyAlgorithm":"RSA"}' },
      "trust.keyAlgorithm",
      /Linkerd takes no issuer whose key is not ECDSA P-256/,
    ],
    [
      "Linkerd's remote discovery where nobody routes to pods",
      { backend: "linkerd", linkerd: '{"mode":"remote-discovery"}', interconnect: "internet", exposure: "public" },
      "linkerd.mode",
      /the internet does not route/,
    ],
    [
      "one direction for the demo, the one cluster named twice",
      { backend: "linkerd", linkerd: '{"mirrorInto":["cluster1","cluster1"]}', demo: "{}" },
      "linkerd.mirrorInto",
      /call each other in both directions/,
    ],
    [
      "Linkerd from pod to pod where nobody routes to pods",
      { backend: "linkerd", linkerd: '{"mode":"federated"}', interconnect: "internet", exposure: "public" },
      "linkerd.mode",
      /the internet does not route/,
    ],
    [
      "links of a cluster that is not there",
      { backend: "linkerd", linkerd: '{"mirrorInto":["cluster1","cluster9"]}' },
      "linkerd.mirrorInto[1]",
      /no cluster of this name/,
    ],
    ["no link at all", { backend: "linkerd", linkerd: '{"mirrorInto":[]}' }, "linkerd.mirrorInto", /links nothing/],
    [
      "Services that reach beyond a private block",
      { clusters: JSON.stringify([cluster({ serviceCidr: "192.168.0.0/15" }), second]) },
      "clusters[0].serviceCidr",
      /not inside of one private block/,
    ],
    [
      "a VPC of link-local addresses",
      { clusters: JSON.stringify([cluster({ vpcCidr: "169.254.0.0/16" }), second]) },
      "clusters[0].vpcCidr",
      /overlaps 169\.254\.0\.0\/16, which is link-local/,
    ],
    [
      "a VPC of loopback addresses",
      { clusters: JSON.stringify([cluster({ vpcCidr: "127.1.0.0/16" }), second]) },
      "clusters[0].vpcCidr",
      /loopback/,
    ],
    [
      "pods with multicast addresses",
      { clusters: JSON.stringify([cluster({ podCidr: "224.0.0.0/16" }), second]) },
      "clusters[0].podCidr",
      /multicast/,
    ],
    [
      "pods where Submariner has its tunnels",
      {
        backend: "submariner",
        clusters: JSON.stringify([
          cluster({ podCidr: "240.1.0.0/16" }),
          cluster({ ...second, podCidr: "10.102.0.0/16" }),
        ]),
      },
      "clusters[0].podCidr",
      /overlaps 240\.0\.0\.0\/4.*Submariner/,
    ],
    [
      "a network without room for its nodes' pods",
      {
        clusters: JSON.stringify([cluster({ vpcCidr: "10.1.0.0/24" }), second]),
        nodes: '{"max":100}',
      },
      "clusters[0].vpcCidr",
      /has room for 2 nodes with their pods, and nodes\.max is 100/,
    ],
    [
      "a region that does not exist",
      { clusters: JSON.stringify([cluster({ region: "us-east-7" }), second]) },
      "clusters[0].region",
      /is not allowed/,
    ],
    [
      "regions of two partitions",
      { clusters: JSON.stringify([cluster({}), { ...second, region: "cn-north-1" }]) },
      "clusters[1].region",
      /of the partition aws-cn, and us-east-1 of aws/,
    ],
    ["an administrator at home", { adminCidrs: '["192.168.1.0/24"]' }, "adminCidrs[0]", /private \(RFC 1918\)/],
    ["an administrator behind a provider's NAT", { adminCidrs: '["100.64.3.0/24"]' }, "adminCidrs[0]", /RFC 6598/],
    ["a tag of AWS's own", { tags: '{"aws:owner":"me"}' }, "tags.aws:owner", /AWS's own/],
    ["a tag that is too long", { tags: JSON.stringify({ owner: "x".repeat(257) }) }, "tags.owner", /256/],
    ["a tag that AWS cannot spell", { tags: '{"owner":"me; you"}' }, "tags.owner", /characters that AWS does not take/],
    [
      "more tags than AWS takes",
      { tags: JSON.stringify(Object.fromEntries(Array.from({ length: 41 }, (_, each) => [`tag${each}`, ""]))) },
      "tags",
      /41 tags/,
    ],
    ["an administrator's network with host bits", { adminCidrs: '["198.51.100.7/24"]' }, "adminCidrs[0]", /bits set/],
  ];
  for (const [what, settings, key, problem] of wrong) {
    it(`refuses ${what}`, () => {
      const found = mistakesIn(settings);
      const mistake = found.find((each) => each.key === key);
      ok(mistake, `no mistake about ${key}, but about ${found.map((each) => each.key).join(", ") || "nothing"}`);
      match(mistake.problem, problem);
    });
  }

  it("leaves other backends the keys that Linkerd cannot use", () => {
    equal(configOf({ trust: '{"keyAlgorithm":"RSA"}' }).trust.keyAlgorithm, "RSA");
  });

  it("compares the sound clusters even when another one is not", () => {
    const clusters = JSON.stringify([cluster({}), cluster({ name: "cluster2" }), { name: "Bad" }]);
    ok(
      mistakesIn({ clusters }).some(
        ({ key, problem }) => key === "clusters[1].vpcCidr" && problem.includes("overlaps"),
      ),
    );
  });

  it("says of a mistake in one field all that is wrong with the others, under their own places", () => {
    const clusters = JSON.stringify([{ ...second, name: "Bad" }, cluster({}), { ...second, vpcCidr: "10.2.128.0/20" }]);
    deepEqual(
      mistakesIn({ clusters })
        .map(({ key }) => key)
        .sort(),
      ["clusters[0].name", "clusters[2].serviceCidr", "clusters[2].vpcCidr"],
    );
  });

  it("says what a backend cannot do of a cluster, whatever is wrong with the others", () => {
    const clusters = JSON.stringify([{ name: "Bad" }, cluster({ podCidr: "10.101.0.0/25" })]);
    const keys = (backend: string) => mistakesIn({ backend, clusters }).map(({ key }) => key);
    ok(keys("cilium").includes("clusters[1].podCidr"), "no room for the nodes' pods");
    const missing = mistakesIn({ backend: "submariner", clusters: JSON.stringify([{ name: "Bad" }, cluster({})]) });
    ok(missing.some(({ key, problem }) => key === "clusters[1].podCidr" && problem.includes("overlay")));
  });

  it("says nothing of who is not there while a cluster is not sound", () => {
    const settings = { demo: '{"placement":{"redis-cart":"cluster1"}}', cilium: '{"clusterIds":{"cluster1":7}}' };
    const clusters = [cluster({ vpcCidr: "10.1.0.0/99" }), { ...second, podCidr: "10.102.0.0/16" }];
    for (const backend of ["istio", "cilium"]) {
      const found = mistakesIn({ backend, ...settings, clusters: JSON.stringify(clusters) });
      ok(
        found.every(({ key }) => key === "clusters[0].vpcCidr"),
        JSON.stringify(found),
      );
    }
    const misplaced = mistakesIn({
      demo: '{"placement":{"redis-cart":"cluster9"}}',
      clusters: JSON.stringify(clusters),
    });
    deepEqual(misplaced.map(({ key }) => key).sort(), ["clusters[0].vpcCidr", "demo.placement.redis-cart"]);
  });

  it("takes the whole internet for an administrator's network", () => {
    deepEqual(configOf({ adminCidrs: '["0.0.0.0/0"]' }).adminCidrs, ["0.0.0.0/0"]);
  });

  it("says that a number which is to be text wants quotes", () => {
    const [mistake] = mistakesIn({ tags: '{"cost-center":12345}' });
    equal(mistake?.key, "tags.cost-center");
    match(mistake?.fix ?? "", /put it in quotes/);
  });

  it("cuts what was given to a line", () => {
    try {
      configOf({ tags: JSON.stringify({ owner: "x".repeat(10_000) }) });
      ok(false, "accepted");
    } catch (error) {
      for (const line of (error as Error).message.split("\n")) ok(line.length < 300, `${line.length} characters`);
    }
  });

  it("takes ten clusters over several regions", () => {
    equal(configOf({ clusters: clustersOf(10, ["us-east-1", "eu-west-1", "ap-southeast-2"]) }).clusters.length, 10);
  });
});
