import { deepEqual, equal, match, ok } from "node:assert/strict";
import fc from "fast-check";
import { type BackendName, backendNames } from "../../components/backends/names";
import { ConfigError } from "../../components/config/mistakes";
import type { RawConfig } from "../../components/config/validate";
import { boutique, boutiqueNames, redisCart } from "../../components/demo/boutique";
import type { NamingRow } from "../../components/demo/naming";
import type { DemoPlan } from "../../components/demo/plan";
import type { DemoOutputs } from "../../components/outputs";
import { clustersOf, configOf, planOf, withDemo } from "../support/config";
import { type Recorded, type Run, rowOf, runProgram } from "../support/mocks";

const service = "kubernetes:core/v1:Service";
const deployment = "kubernetes:apps/v1:Deployment";

function settingsOf(backend: BackendName, demo: object = {}): RawConfig {
  const charts: RawConfig = backend === "calisti" ? { charts: '{"mirror":"/mirror"}' } : {};
  return { backend, ...charts, demo: JSON.stringify(demo) };
}

function demoOf(settings: RawConfig): DemoPlan {
  const { demo } = planOf(settings);
  ok(demo);
  return demo;
}

function mistakesOf(settings: RawConfig): string[] {
  try {
    configOf(settings);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes.map(({ key, problem }) => `${key}: ${problem}`);
    throw error;
  }
}

/** Plain values of what may be marked as secret. */
// biome-ignore lint/suspicious/noExplicitAny: inputs of any shape.
const plain = (value: any) => value?.value ?? value;

/** The environment of a Deployment's container. */
function envOf(run: Run, cluster: string, name: string): Record<string, string> {
  const [container] = run.one(deployment, `${cluster}-demo-${name}`).inputs.spec.template.spec.containers;
  return Object.fromEntries(
    container.env.map(({ name: variable, value }: { name: string; value: string }) => [variable, value]),
  );
}

/** Which Services are shared by what, as far as backends differ. */
const sharing: Record<BackendName, { host: string; by: (run: Run) => unknown; policy: string | undefined }> = {
  istio: {
    host: "redis-cart.boutique.svc.cluster.local",
    by: () => true,
    policy: "kubernetes:security.istio.io/v1:AuthorizationPolicy",
  },
  calisti: {
    host: "redis-cart.boutique.svc.cluster.local",
    by: () => true,
    policy: "kubernetes:security.istio.io/v1beta1:AuthorizationPolicy",
  },
  linkerd: {
    host: "redis-cart-cluster1.boutique.svc.cluster.local",
    by: (run) => redisService(run).inputs.metadata.labels["mirror.linkerd.io/exported"] === "true",
    policy: "kubernetes:policy.linkerd.io/v1alpha1:AuthorizationPolicy",
  },
  cilium: {
    host: "redis-cart.boutique.svc.cluster.local",
    by: (run) => {
      const phantom = run.one(service, "cluster2-demo-redis-cart").inputs;
      const annotation = "service.cilium.io/global";
      return (
        phantom.spec.selector === undefined &&
        [phantom, redisService(run).inputs].every(({ metadata }) => metadata.annotations[annotation] === "true")
      );
    },
    policy: "kubernetes:cilium.io/v2:CiliumNetworkPolicy",
  },
  submariner: {
    host: "redis-cart.boutique.svc.clusterset.local",
    by: (run) =>
      run.one("kubernetes:multicluster.x-k8s.io/v1alpha1:ServiceExport", "cluster1-demo-redis-cart-serviceexport"),
    policy: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
  },
  loadbalancer: {
    host: "redis-cart-cluster1.boutique.svc.cluster.local",
    by: (run) => run.one(service, "cluster2-loadbalancer-redis-cart-cluster1"),
    policy: undefined,
  },
};

function redisService(run: Run): Recorded {
  return run.one(service, "cluster1-demo-redis-cart");
}

for (const backend of backendNames) {
  describe(`demo on ${backend}`, function () {
    this.timeout(60_000);
    let run: Run;
    before(async () => {
      run = await runProgram(settingsOf(backend));
    });

    it("runs every service where the plan says, under an account of its own", () => {
      const { instances, replicas, namespace } = run.outputs.demo as Omit<DemoOutputs, "url">;
      const planned = [
        ...instances.map(({ cluster, service: name }) => `${cluster}-demo-${name}`),
        ...replicas.map(({ cluster }) => `${cluster}-demo-redis-cart-replica`),
      ];
      deepEqual(
        run
          .all(deployment)
          .map(({ name }) => name)
          .filter((name) => name.includes("-demo-"))
          .sort(),
        planned.sort(),
      );
      for (const { inputs } of run.all(deployment).filter(({ name }) => name.includes("-demo-"))) {
        const { spec } = inputs.spec.template;
        equal(inputs.metadata.namespace, namespace);
        equal(spec.serviceAccountName, inputs.metadata.name);
        equal(spec.automountServiceAccountToken, false);
        const [container] = spec.containers;
        equal(container.securityContext.allowPrivilegeEscalation, false);
        match(container.image, /:(v0\.10\.5|8\.2-alpine)$/);
      }
    });

    it("fits two m5.large on each cluster", () => {
      // 1930m and 7091 MiB can be given away on each (EKS reserves the rest); proxies and the backend's own parts want theirs.
      for (const cluster of ["cluster1", "cluster2"]) {
        const containers = run
          .all(deployment)
          .filter(({ name }) => name.startsWith(`${cluster}-demo-`))
          .map(({ inputs }) => inputs.spec.template.spec.containers[0].resources.requests);
        const cpu = containers.reduce((sum, { cpu: each }) => sum + Number.parseInt(each, 10), 0);
        const memory = containers.reduce((sum, { memory: each }) => sum + Number.parseInt(each, 10), 0);
        ok(cpu <= 1000 && memory <= 2048, `${cluster}: ${cpu}m and ${memory}Mi`);
      }
    });

    it("has a naming table of what was created: Services, names in use, ports", () => {
      const rows: NamingRow[] = run.outputs.naming;
      ok(rows.length >= 5);
      for (const { service: full, on, calledFrom, address } of rows) {
        const [name = ""] = full.split(".");
        const [, port] = address.split(":");
        for (const cluster of on) {
          const { spec, metadata } = run.one(service, `${cluster}-demo-${name}`).inputs;
          deepEqual([metadata.name, String(spec.ports[0].port), spec.selector.app], [name, port, name]);
        }
        for (const cluster of calledFrom) {
          const callers = boutique.filter(({ calls }) => Object.values(calls).includes(name));
          const used = callers
            .filter((caller) => run.all(deployment).some((each) => each.name === `${cluster}-demo-${caller.name}`))
            .flatMap((caller) => Object.values(envOf(run, cluster, caller.name)));
          ok(name === redisCart || used.length === 0 || used.includes(address), `${cluster} does not call ${address}`);
        }
      }
    });

    it("replicates Redis under the name by which the backend shows it, with a secret password", async () => {
      const { host, by } = sharing[backend];
      ok(by(run));
      equal(rowOf(run, redisCart).address, `${host}:6379`);
      const configurations = ["cluster1", "cluster2"].map((cluster) => {
        const { stringData } = run.one("kubernetes:core/v1:Secret", `${cluster}-demo-redis`).inputs;
        const data = plain(stringData);
        return { password: plain(data.password) as string, text: plain(data["redis.conf"]) as string };
      });
      const [primary, replica] = configurations;
      ok(primary && replica);
      equal(primary.password.length, 64);
      equal(primary.password, replica.password);
      ok(!primary.text.includes("replicaof") && primary.text.includes(`requirepass ${primary.password}`));
      ok(replica.text.includes(`replicaof ${host} 6379`) && replica.text.includes(`masterauth ${primary.password}`));
      for (const { type, inputs, name } of run.resources) {
        if (type === "kubernetes:core/v1:Secret") continue;
        ok(!JSON.stringify(inputs).includes(primary.password), `${name} has the password`);
      }
      match(
        envOf(run, "cluster1", "cartservice").REDIS_ADDR ?? "",
        /^redis-cart\.boutique\.svc\.cluster\.local:6379,password=\$\(REDIS_PASSWORD\)$/,
      );
    });

    it("lets only the demo's clients reach the shared Redis, unless told otherwise", async () => {
      const { policy } = sharing[backend];
      if (!policy) return;
      const [found, ...more] = run.all(policy).filter(({ name }) => name.includes("-demo-"));
      ok(found && more.length === 0);
      match(found.name, /^cluster1-demo-redis-cart-/);
      const said = JSON.stringify(run.resources.filter(({ name }) => name.startsWith("cluster1-demo-redis-cart-")));
      ok(said.includes("cartservice") && said.includes("redis-cart-replica"));
      const open = await runProgram(settingsOf(backend, { accessControl: false }));
      deepEqual(
        open.all(policy).filter(({ name }) => name.includes("-demo-")),
        [],
      );
    });

    it("puts namespace and pods into the mesh after what takes them in", () => {
      const { membership } = run.outputs.demo;
      for (const cluster of ["cluster1", "cluster2"]) {
        const { metadata } = run.one("kubernetes:core/v1:Namespace", `${cluster}-demo`).inputs;
        deepEqual(
          [metadata.labels, metadata.annotations],
          [membership.namespace.labels, membership.namespace.annotations],
        );
      }
      const pod = run.one(deployment, "cluster1-demo-frontend").inputs.spec.template.metadata;
      for (const [key, value] of Object.entries(membership.pods.labels)) equal(pod.labels[key], value);
      for (const [key, value] of Object.entries(membership.pods.annotations)) equal(pod.annotations[key], value);
    });

    it("plays one use case alone", () => {
      const replication = demoOf(settingsOf(backend, { useCases: ["service-to-service"] }));
      ok(!replication.shares.some(({ global }) => global));
      equal(replication.replicas.length, 1);
      if (backend === "loadbalancer") return;
      const balancing = demoOf(settingsOf(backend, { useCases: ["global-load-balancing"] }));
      deepEqual(
        balancing.shares.filter(({ global }) => global).map(({ name, from }) => [name, from.length]),
        [["productcatalogservice", 2]],
      );
      equal(balancing.replicas.length, 0);
    });
  });
}

describe("demo: plan", () => {
  const placement = fc
    .dictionary(fc.constantFrom(...boutiqueNames), fc.constantFrom("cluster1", "cluster2", "cluster3"))
    .filter((map) => Object.keys(map).length > 0);

  it("calls by the local name what is on the same cluster, and by the shared name what is not, however it is split", () => {
    fc.assert(
      fc.property(placement, fc.constantFrom(...backendNames), (places, backend) => {
        const demo = demoOf({ ...settingsOf(backend, { placement: places }), clusters: clustersOf(3) });
        for (const { cluster, service: caller, addresses } of demo.instances) {
          for (const [variable, address] of Object.entries(addresses)) {
            const called = variable === "REDIS_ADDR" ? redisCart : caller.calls[variable];
            const share = demo.shares.find(({ name }) => name === called);
            const here = demo.instances.some((each) => each.cluster === cluster && each.service.name === called);
            ok(here || share?.to.includes(cluster), `${cluster} cannot call ${called}`);
            const host = share && (share.global || !here) ? share.shared.host : `${called}.boutique.svc.cluster.local`;
            equal(address.split(":")[0], host);
          }
        }
        equal(demo.replicas.length, 2);
      }),
      { numRuns: 40 },
    );
  });

  it("opens the front door to administrators, or within the VPC when there are none", () => {
    const door = (settings: RawConfig) => {
      const { frontDoor } = planOf({ ...withDemo, ...settings }).clusters[0] ?? {};
      return [frontDoor?.exposure, frontDoor?.sources.map((source) => (source.kind === "cidr" ? source.cidr : ""))];
    };
    deepEqual(door({}), ["public", ["198.51.100.0/24"]]);
    deepEqual(door({ adminCidrs: "[]" }), ["private", ["10.1.0.0/16"]]);
  });

  it("has Submariner's policy admit the demo's pods here and the peers' by address, and none where Globalnet hides them", () => {
    const policies = (submariner: object) =>
      demoOf({ ...settingsOf("submariner"), submariner: JSON.stringify(submariner) }).shares.flatMap(({ shared }) =>
        shared.objects.filter(({ manifest }) => manifest.kind === "NetworkPolicy").map(({ manifest }) => manifest.spec),
      );
    deepEqual(policies({}), [
      {
        podSelector: { matchLabels: { app: "redis-cart" } },
        policyTypes: ["Ingress"],
        ingress: [
          {
            from: [
              { podSelector: { matchLabels: { app: "cartservice" } } },
              { podSelector: { matchLabels: { app: "redis-cart-replica" } } },
              { ipBlock: { cidr: configOf().clusters[1]?.podCidr } },
            ],
            ports: [{ port: 6379, protocol: "TCP" }],
          },
        ],
      },
    ]);
    // kube-proxy would have shut out the copy on the peer.
    deepEqual(policies({ globalnet: true }), []);
  });

  it("keeps calls local where the backend can, by its own means", () => {
    const objects = (backend: BackendName) =>
      demoOf(settingsOf(backend, { affinity: "local" }))
        .shares.filter(({ global }) => global)
        .flatMap(({ shared }) => [
          ...shared.objects.map(({ manifest }) => manifest.kind),
          ...Object.keys(shared.annotations),
        ]);
    deepEqual(objects("istio"), ["DestinationRule", "DestinationRule"]);
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

  it("does without the demo", () => {
    const { demo, clusters } = planOf({ demo: '{"enabled":false}' });
    deepEqual([demo, clusters[0]?.frontDoor], [undefined, undefined]);
  });
});
