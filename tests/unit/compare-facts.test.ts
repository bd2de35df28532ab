import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { rehearsalFacts } from "../../compare/facts/rehearsal-facts";
import { backendNames } from "../../components/backends/profiles";
import { ConfigError } from "../../components/base/config-mistakes";
import { timesOf } from "../../components/plan/joining";
import { candidateOf, comparisonOf, factsOf, threeClusters } from "../support/compare";
import { planOf, withDemo } from "../support/config";
import { resultOf } from "../support/report";

describe("what is compared", () => {
  for (const backend of backendNames) {
    it(`is what the plan of ${backend} has`, () => {
      const plan = planOf({ ...withDemo, backend });
      const facts = factsOf(backend);
      equal(facts.price.perHour, plan.price.perHour);
      deepEqual(facts.mtu, plan.clusters[0]?.mtu);
      const balancers = plan.clusters.flatMap((cluster) => cluster.balancers);
      deepEqual(facts.loadBalancers, { forPeers: balancers.length, forPeople: 1 });
      const billed = plan.price.items.find(({ what }) => what === "network load balancer");
      equal(facts.loadBalancers.forPeers + facts.loadBalancers.forPeople, billed?.count);
      const addresses = plan.naming.map(({ address }) => address);
      ok(facts.redis && addresses.includes(facts.redis.address));
      equal(
        facts.apiReaders.length > 0,
        plan.flows.some(({ to }) => to.kind === "apiServer"),
      );
    });
  }

  it("follows the lab's settings and not the stack's backend", () => {
    const names = ["istio", "cilium"] as const;
    deepEqual(comparisonOf({ backend: "cilium" }, names), comparisonOf({}, names));
    const three = factsOf("istio", threeClusters);
    equal(three.loadBalancers.forPeers, 3);
    equal(three.apiReaders.length, 6);
  });

  it("counts a backend's pods on every node, and a proxy in every pod of the demo", () => {
    const nodes = { instanceType: "t3a.large", desired: 3, max: 3 };
    const cilium = (desired: number) => factsOf("cilium", { nodes: JSON.stringify({ ...nodes, desired }) }).load.pods;
    // An agent and an Envoy on each of the two clusters' nodes.
    equal(cilium(3) - cilium(2), 4);
    const { proxies, proxyRequests } = factsOf("istio").load;
    const { instances = [], replicas = [] } = planOf(withDemo).demo ?? {};
    equal(proxies, instances.length + replicas.length);
    deepEqual(proxyRequests, { cpu: 10 * proxies, memory: 64 * proxies });
    equal(factsOf("istio", { demo: '{"enabled":false}' }).load.proxies, 0);
  });
});

describe("API servers that everybody may reach", () => {
  it("are those of a broker that members come to from addresses which AWS chooses", () => {
    const open = { interconnect: "internet", exposure: "public" };
    deepEqual(factsOf("submariner", open).openApiServers, ["cluster1"]);
    deepEqual(factsOf("submariner").openApiServers, []);
    deepEqual(factsOf("istio", open).openApiServers, []);
  });
});

describe("what encrypts", () => {
  const method = (...args: Parameters<typeof factsOf>) => factsOf(...args).encryption.method;
  const settings = (own: object) => JSON.stringify(own);

  it("is what the backend's settings say", () => {
    equal(method("cilium"), undefined);
    equal(method("cilium", { cilium: settings({ encryption: "wireguard" }) }), "WireGuard");
    equal(method("submariner"), "IPsec");
    equal(method("submariner", { submariner: settings({ cableDriver: "vxlan" }) }), undefined);
    const shared = { demo: '{"enabled":false}', loadbalancer: settings({ shared: [{ name: "a", port: 80 }] }) };
    equal(method("loadbalancer"), "TLS, by HTTPS only");
    equal(method("loadbalancer", shared), undefined);
  });

  it("hides from the called pod who calls through a gateway, and only then", () => {
    const identity = (mode: string) => factsOf("linkerd", { linkerd: settings({ mode }) }).encryption.identity;
    match(identity("gateway"), /behind a gateway/);
    ok(!identity("remote-discovery").includes("gateway"));
  });

  for (const backend of backendNames) {
    it(`leaves something in clear where ${backend} encrypts nothing`, () => {
      const { method, ends, inClear } = factsOf(backend).encryption;
      equal(method === undefined, ends === undefined);
      ok(method !== undefined || inClear !== undefined);
    });
  }
});

describe("a backend that refuses a setting", () => {
  const overInternet = { interconnect: "internet", exposure: "public" };

  it("has its reasons in its column, and the others their facts", () => {
    const refused = candidateOf("cilium", overInternet);
    equal(refused.facts, undefined);
    deepEqual(
      refused.refused.map(({ key }) => key),
      ["interconnect"],
    );
    deepEqual(candidateOf("istio", overInternet).refused, []);
  });

  it("has them where no other is asked for", () => {
    const { backends, lab } = comparisonOf(overInternet, ["cilium"]);
    deepEqual(Object.keys(backends), ["cilium"]);
    ok(backends.cilium?.refused.length === 1 && lab.includes("internet"));
  });

  it("is not to blame for a mistake that all of them find", () => {
    throws(
      () => comparisonOf({ nodes: '{"instanceType":"t3a.larg"}', interconnect: "internet" }),
      (error: unknown) => {
        ok(error instanceof ConfigError);
        return error.mistakes.some(({ key }) => key === "nodes.instanceType") && /stack test/.test(error.message);
      },
    );
  });
});

describe("what is done by hand", () => {
  it("is counted from the makers' steps", () => {
    const { steps } = factsOf("istio").byHand.upstream;
    equal(timesOf(steps), 19);
    equal(timesOf([]), 0);
  });

  for (const backend of backendNames) {
    it(`is told of ${backend} by a page`, () => {
      const { source } = factsOf(backend).byHand.upstream;
      ok(source.startsWith("https://") || existsSync(join(__dirname, "../..", source)), source);
    });
  }

  it("is here what the program does not go on without", () => {
    deepEqual(factsOf("istio").byHand.here, [
      "pulumi stack init NAME",
      "pulumi config set ... for adminCidrs",
      "pulumi up",
    ]);
    ok(factsOf("linkerd").byHand.here.includes("pulumi config set backend linkerd"));
    const calisti = factsOf("calisti").byHand.here;
    ok(calisti.includes("pulumi config set ... for charts.mirror"));
    equal(calisti.filter((command) => command.startsWith("helm package")).length, 2);
    const submariner = factsOf("submariner", { ...threeClusters, submariner: '{"broker":"cluster1"}' });
    ok(submariner.byHand.here.includes("pulumi config set ... for submariner.broker"));
  });
});

describe("what a rehearsal adds", () => {
  it("is the time of phases that succeeded", () => {
    const { up, destroy } = resultOf();
    ok(up && destroy);
    deepEqual(rehearsalFacts(resultOf()).up, { awsMinutes: 10, lowerBoundMinutes: 10 });
    const failed = rehearsalFacts(resultOf({ up: { ...up, result: "failed" } }));
    equal(failed.up, undefined);
    ok(failed.shortcomings.includes("up failed"));
  });

  it("counts the checks that were asked, and Kubernetes' objects among the resources", () => {
    const check = { id: "a", cluster: "cluster1", expected: "", detail: "", seconds: 0 };
    const facts = rehearsalFacts(
      resultOf({
        created: ["aws:ec2/vpc:Vpc::a", "kubernetes:core/v1:Secret::b"],
        checks: [
          { ...check, status: "pass", evidence: "packets" },
          { ...check, status: "fail", evidence: "configuration" },
          { ...check, status: "skipped", evidence: "packets" },
        ],
      }),
    );
    deepEqual(facts.checks, { passed: 1, asked: 2, byPackets: 1 });
    equal(facts.objects, 1);
  });

  it("is a shortcoming where there is no result", () => {
    deepEqual(rehearsalFacts(undefined).shortcomings, ["came to no result"]);
  });
});
