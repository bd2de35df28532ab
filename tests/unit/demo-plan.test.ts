import { deepEqual, equal, match, ok } from "node:assert/strict";
import fc from "fast-check";
import { type BackendName, backendNames } from "../../components/backends/profiles";
import type { RawConfig } from "../../components/config/validate";
import { boutiqueNames, redisCart } from "../../components/demo/boutique";
import { clustersOf, planOf, withDemo } from "../support/config";
import { demoOf, mistakesOf, settingsOf } from "../support/demo";

describe("demo: plan", () => {
  const placement = fc
    .dictionary(fc.constantFrom(...boutiqueNames), fc.constantFrom("cluster1", "cluster2", "cluster3"))
    .filter((map) => Object.keys(map).length > 0);

  it("calls by the local name what is on the same cluster, and by the shared name what is not, however it is split", () => {
    fc.assert(
      fc.property(placement, fc.constantFrom(...backendNames), (places, backend) => {
        // What is placed is not global.
        const useCases = places.productcatalogservice ? ["service-to-service"] : undefined;
        const halves = { front: "cluster1", back: "cluster2" };
        const settings = settingsOf(backend, { placement: places, useCases, ...halves });
        const submariner = '{"broker":"cluster1"}';
        const demo = demoOf({ ...settings, submariner, clusters: clustersOf(3) });
        for (const { cluster, service: caller, addresses } of demo.instances) {
          for (const [variable, address] of Object.entries(addresses)) {
            const called = variable === "REDIS_ADDR" ? redisCart : caller.calls[variable];
            const share = demo.exports.find(({ name }) => name === called);
            const here = demo.instances.some((each) => each.cluster === cluster && each.service.name === called);
            ok(here || share?.to.includes(cluster), `${cluster} cannot call ${called}`);
            const host = share && (share.global || !here) ? share.plan.host : `${called}.boutique.svc.cluster.local`;
            equal(address.split(":")[0], host);
          }
        }
        equal(demo.replicas.length, 2);
      }),
      { numRuns: 40 },
    );
  });

  it("opens the front door to administrators", () => {
    const { frontDoor } = planOf(withDemo).clusters[0] ?? {};
    deepEqual([frontDoor?.exposure, frontDoor?.sources], ["public", [{ kind: "cidr", cidr: "198.51.100.0/24" }]]);
  });

  it("keeps calls local where the backend can, by its own means", () => {
    const objects = (backend: BackendName) =>
      demoOf(settingsOf(backend, { affinity: "local" }))
        .exports.filter(({ global }) => global)
        .flatMap(({ plan }) => [
          ...plan.objects.map(({ manifest }) => manifest.kind),
          ...Object.keys(plan.annotations),
        ]);
    deepEqual(objects("istio"), ["DestinationRule", "DestinationRule"]);
    const rules = (affinity: string) =>
      demoOf(settingsOf("istio", { affinity }))
        .exports.filter(({ global }) => global)
        .flatMap(({ plan }) => plan.objects.map(({ manifest }) => JSON.stringify(manifest.spec)));
    ok(rules("local").every((spec) => spec.includes("failoverPriority")));
    ok(!rules("spread").some((spec) => spec.includes("failoverPriority")));
    deepEqual(objects("cilium"), ["service.cilium.io/global", "service.cilium.io/affinity"]);
    deepEqual(objects("submariner"), ["ServiceExport", "ServiceExport"]);
  });
});

describe("demo: configuration", () => {
  const refused: [string, RawConfig, RegExp][] = [
    [
      "a global service where there is none",
      settingsOf("loadbalancer", { useCases: ["service-to-service", "global-load-balancing"] }),
      /^demo\.useCases\[1\]: Plain load balancers has no service with instances on several clusters/,
    ],
    [
      "a global service between pods that do not reach each other",
      {
        ...settingsOf("linkerd", { useCases: ["global-load-balancing"] }),
        interconnect: "internet",
        exposure: "public",
      },
      /^demo\.useCases\[0\]: Linkerd has no service .*federated Services need pods that reach each other/,
    ],
    [
      "an affinity where there is no global service",
      settingsOf("loadbalancer", { affinity: "local" }),
      /^demo\.affinity: Plain load balancers has no service with instances on several clusters: a load balancer leads/,
    ],
    [
      "a place for what is everywhere",
      settingsOf("istio", { placement: { productcatalogservice: "cluster2" } }),
      /^demo\.placement\.productcatalogservice: for global load balancing it runs on every cluster/,
    ],
    ["an affinity that the backend cannot do", settingsOf("submariner", { affinity: "spread" }), /^demo\.affinity: /],
    ["local calls with Linkerd", settingsOf("linkerd", { affinity: "local" }), /^demo\.affinity: .*latency/],
    [
      "a cluster that is not there",
      settingsOf("istio", { placement: { frontend: "x" } }),
      /^demo\.placement\.frontend: /,
    ],
    ["a service that is not there", settingsOf("istio", { placement: { backend: "cluster1" } }), /^demo\.placement/],
    [
      "gateways that hide what the demo shares",
      { ...settingsOf("istio"), istio: '{"exposedHosts":["a.b.svc.cluster.local"]}' },
      /^istio\.exposedHosts: .*redis-cart\.boutique/,
    ],
    [
      "Links in one direction",
      { ...settingsOf("linkerd"), linkerd: '{"mirrorInto":["cluster1"]}' },
      /^linkerd\.mirrorInto: /,
    ],
  ];
  for (const [what, settings, expected] of refused) {
    it(`refuses ${what}`, () => {
      const mistakes = mistakesOf(settings);
      equal(mistakes.length, 1, mistakes.join("\n"));
      match(mistakes[0] ?? "", expected);
    });
  }

  it("places the catalog where it is told when it is not global", () => {
    const places = (settings: RawConfig) =>
      demoOf(settings)
        .instances.filter(({ service }) => service.name === "productcatalogservice")
        .map(({ cluster }) => cluster);
    const placement = { productcatalogservice: "cluster2" };
    deepEqual(places(settingsOf("istio", { placement, useCases: ["service-to-service"] })), ["cluster2"]);
    deepEqual(places(settingsOf("loadbalancer", { placement })), ["cluster2"]);
  });

  it("does without the demo", () => {
    const { demo, clusters } = planOf({ demo: '{"enabled":false}' });
    deepEqual([demo, clusters[0]?.frontDoor], [undefined, undefined]);
  });
});
