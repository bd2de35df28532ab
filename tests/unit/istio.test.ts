import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import { discoveryBalancer } from "../../components/backends/istio/names";
import type { RawConfig } from "../../components/config/validate";
import type { Flow } from "../../components/plan/flows";
import { clustersOf, isAccepted, planOf, withDemo } from "../support/config";
import { type Run, runProgram } from "../support/mocks";

const release = "kubernetes:helm.sh/v3:Release";
const secret = "kubernetes:core/v1:Secret";
const service = "kubernetes:core/v1:Service";
const gateway = "kubernetes:networking.istio.io/v1:Gateway";

const istio = (settings: object = {}): RawConfig => ({ istio: JSON.stringify(settings) });
const remote = { model: "primary-remote" };
const single = { network: "single" };

const text = ({ from, to, traffic }: Flow) =>
  [
    from.cluster,
    to.cluster,
    to.kind === "balancer" ? to.balancer : to.kind,
    traffic.protocol === "tcp" && traffic.port,
  ].join(" ");
const flowsOf = (settings: object, others: RawConfig = {}) =>
  planOf({ ...istio(settings), ...others })
    .flows.map(text)
    .sort();
const balancersOf = (settings: object) =>
  planOf(istio(settings)).clusters.map(({ balancers }) => balancers.map(({ name }) => name));

function waitsFor(from: { readonly dependencies: readonly string[] }, to: { type: string; name: string }): boolean {
  return from.dependencies.some((urn) => urn.endsWith(`${to.type}::${to.name}`));
}

describe("plan: Istio's deployment models", () => {
  const gateways = [
    "cluster1 cluster2 istio-eastwestgateway 15443",
    "cluster2 cluster1 istio-eastwestgateway 15443",
  ] as const;
  const readers = ["cluster1 cluster2 apiServer 443", "cluster2 cluster1 apiServer 443"] as const;
  const toIstiod = `cluster2 cluster1 ${discoveryBalancer} 15012`;

  it("lets both read each other and come in by gateways, when nothing is said", () => {
    deepEqual(flowsOf({}), [...gateways, ...readers].sort());
    deepEqual(balancersOf({}), [["istio-eastwestgateway"], ["istio-eastwestgateway"]]);
  });

  it("lets the primary read the remote, and the remote's proxies come to the primary's istiod", () => {
    deepEqual(flowsOf(remote), [...gateways, readers[0], toIstiod].sort());
    deepEqual(balancersOf(remote), [["istio-eastwestgateway", discoveryBalancer], ["istio-eastwestgateway"]]);
  });

  it("has the primary that is named, whatever the order of the list", () => {
    const backwards = JSON.stringify(JSON.parse(clustersOf(2)).reverse());
    deepEqual(flowsOf(remote, { clusters: backwards }), flowsOf(remote));
    ok(flowsOf({ ...remote, primary: "cluster2" }).includes(`cluster1 cluster2 ${discoveryBalancer} 15012`));
  });

  it("lets pods reach the ports of what is exported on one network, and has no gateway", () => {
    const flows = flowsOf({ ...single, ports: [] }, withDemo);
    deepEqual(balancersOf(single), [[], []]);
    // Of the Redis on cluster2, which cluster1 copies, and of the catalog on both.
    const exported = planOf({ ...istio(single), ...withDemo }).demo?.exports ?? [];
    const ports = (owner: string) => [
      ...new Set(exported.filter(({ from }) => from.includes(owner)).map(({ targetPort }) => targetPort)),
    ];
    const expected = [
      ...ports("cluster2").map((port) => `cluster1 cluster2 nodes ${port}`),
      ...ports("cluster1").map((port) => `cluster2 cluster1 nodes ${port}`),
    ];
    ok(expected.length > 2);
    deepEqual(flows, [...expected, ...readers].sort());
  });

  it("opens the ports of stand-ins on one network unless others are said, and their rules follow", () => {
    const ports = (settings: object) => [
      ...new Set(
        planOf(istio({ ...single, ...settings }))
          .clusters.flatMap(({ ingressRules }) => ingressRules)
          .flatMap(({ traffic }) => (traffic.protocol === "tcp" ? [traffic.port] : [])),
      ),
    ];
    deepEqual(ports({}).sort(), [8078, 8079, 8080]);
    deepEqual(ports({ ports: [9000] }), [9000]);
  });

  it("needs one load balancer alone for a primary on one network", () => {
    deepEqual(balancersOf({ ...remote, ...single }), [[discoveryBalancer], []]);
    ok(flowsOf({ ...remote, ...single }).includes(toIstiod));
  });

  it("puts objects where the istiod is that serves the proxies, each once", () => {
    const { demo } = planOf({ ...istio(remote), ...withDemo });
    const objects = [...(demo?.protection ?? []), ...(demo?.exports ?? []).flatMap(({ plan }) => plan.objects)];
    deepEqual([...new Set(objects.map(({ cluster }) => cluster))], ["cluster1"]);
    const names = objects.map(({ manifest: { kind, metadata } }) => `${kind} ${metadata.name}`);
    equal(new Set(names).size, names.length, names.join(", "));
    const both = planOf({ ...istio(), ...withDemo }).demo;
    const all = [...(both?.protection ?? []), ...(both?.exports ?? []).flatMap(({ plan }) => plan.objects)];
    deepEqual(
      new Set(names),
      new Set(all.map(({ manifest: { kind, metadata } }) => `${kind} ${metadata.name}`)),
      "what proxies of both clusters go by",
    );
  });

  it("tells instances of the own cluster by its name where the network is the same", () => {
    const rules = (settings: object) =>
      JSON.stringify(planOf({ ...istio(settings), demo: '{"affinity":"local"}' }).demo);
    match(rules(single), /topology\.istio\.io\/cluster/);
    match(rules({}), /topology\.istio\.io\/network/);
  });

  const refused: Readonly<Record<string, readonly [settings: RawConfig, said: RegExp]>> = {
    "one network over the internet": [
      { ...istio(single), interconnect: "internet", exposure: "public" },
      /istio\.network: .* which the internet does not route[\s\S]*Set it to multiple/,
    ],
    "ports beside gateways": [istio({ ports: [80] }), /istio\.ports: .* come in by gateways/],
    "hidden hosts without gateways": [
      istio({ ...single, exposedHosts: ["a.b.svc.cluster.local"] }),
      /istio\.exposedHosts: .* no gateway that could hide/,
    ],
    "a primary among primaries": [istio({ primary: "cluster1" }), /istio\.primary: .* every cluster is one/],
    "a primary that is not there": [istio({ ...remote, primary: "x" }), /istio\.primary: .*no such cluster/],
    "no word which of three is it": [
      { ...istio(remote), clusters: clustersOf(3) },
      /istio\.primary: is missing: .*[\s\S]*pulumi config set --path istio\.primary NAME/,
    ],
  };
  for (const [what, [settings, said]] of Object.entries(refused)) {
    it(`refuses ${what}, with the way out`, () => throws(() => planOf(settings), { message: said }));
  }

  for (const [what, settings, said] of [
    ["primary-remote", remote, /istio\.model: .* multi-primary alone/],
    ["one network", single, /istio\.network: .* alpha in ambient mode/],
    ["hidden hosts", { exposedHosts: ["a.b.svc.cluster.local"] }, /istio\.exposedHosts: .* hides none/],
  ] as const) {
    it(`refuses ${what} in ambient mode`, () =>
      throws(() => planOf(istio({ dataplane: "ambient", ...settings })), { message: said }));
  }

  it("lets ztunnels come in by HBONE in ambient mode, and says that it is beta", () => {
    deepEqual(flowsOf({ dataplane: "ambient" }), [
      ...["cluster1 cluster2", "cluster2 cluster1"].flatMap((pair) => [
        `${pair} apiServer 443`,
        `${pair} istio-eastwestgateway 15008`,
      ]),
    ]);
    match(planOf(istio({ dataplane: "ambient" })).warnings.join(), /beta upstream/);
  });

  it("takes three clusters with a primary that is named", () => {
    ok(isAccepted({ ...istio({ ...remote, ...single, primary: "cluster3" }), clusters: clustersOf(3) }));
  });
});

describe("program: Istio as primary-remote", () => {
  let run: Run;
  before(async () => {
    run = await runProgram({ ...istio(remote), ...withDemo });
  });

  it("calls the primary's istiod by a name of its certificate, which stands for its load balancer", () => {
    const { spec, metadata } = run.one(service, "cluster2-istio-discovery").inputs;
    deepEqual([metadata.name, spec.type], ["istiod-remote", "ExternalName"]);
    equal(spec.externalName, "cluster1-istio-discovery.elb.example");
    const { defaultConfig } = run.one(release, "cluster2-istio-istiod").inputs.values.meshConfig;
    equal(defaultConfig.discoveryAddress, "istiod-remote.istio-system.svc:15012");
    equal(run.one(release, "cluster1-istio-istiod").inputs.values.meshConfig.defaultConfig.discoveryAddress, undefined);
    deepEqual(run.one(service, "cluster1-istio-discovery").inputs.spec.selector, { app: "istiod" });
  });

  it("hands a remote secret to the primary alone", () => {
    const handed = run.all(secret).filter(({ name }) => name.includes("-istio-remote-"));
    deepEqual(
      handed.map(({ name }) => name),
      ["cluster1-istio-remote-cluster2"],
    );
  });

  it("starts proxies on the remote when the primary can have their tokens reviewed there", () => {
    const known = run.one(secret, "cluster1-istio-remote-cluster2");
    for (const [type, name] of [
      [release, "cluster2-istio-gateway"],
      ["kubernetes:apps/v1:Deployment", "cluster2-demo-redis-cart"],
    ] as const) {
      ok(waitsFor(run.one(type, name), known), name);
      ok(waitsFor(run.one(type, name), run.one(service, "cluster2-istio-discovery")), name);
    }
  });

  it("exposes hosts once, for the gateways of both", () => {
    deepEqual(
      run.all(gateway).map(({ name }) => name),
      ["cluster1-istio-cross-network"],
    );
  });

  it("says in its outputs whose istiod serves whom", () => {
    const { cluster1, cluster2 } = run.lab.clusters;
    deepEqual([cluster1?.controlledFrom, cluster2?.controlledFrom], [undefined, "cluster1"]);
  });
});

describe("program: Istio on one network", () => {
  it("has the same network on both clusters, and no gateway", async () => {
    const run = await runProgram(istio(single));
    for (const name of ["cluster1", "cluster2"]) {
      const { labels } = run.one("kubernetes:core/v1:Namespace", `${name}-istio`).inputs.metadata;
      const { network } = run.one(release, `${name}-istio-istiod`).inputs.values.global;
      deepEqual([labels["topology.istio.io/network"], network], ["one-network", "one-network"]);
      equal(run.lab.clusters[name]?.gateway, undefined);
    }
    deepEqual(run.all(gateway), []);
    deepEqual(
      run.all(release).filter(({ name }) => name.endsWith("-gateway")),
      [],
    );
    equal(run.all(secret).filter(({ name }) => name.includes("-istio-remote-")).length, 2);
  });
});

describe("program: Istio in ambient mode", () => {
  let run: Run;
  before(async () => {
    run = await runProgram({ ...istio({ dataplane: "ambient" }), ...withDemo });
  });
  const gateways = "kubernetes:gateway.networking.k8s.io/v1:Gateway";

  it("tells each cluster where the peer's load balancer is, of which nobody else knows", () => {
    const { metadata, spec } = run.one(gateways, "cluster1-istio-gateway-of-cluster2").inputs;
    equal(metadata.labels["topology.istio.io/network"], "cluster2-network");
    deepEqual(spec.addresses, [{ type: "Hostname", value: "cluster2-istio-gateway.elb.example" }]);
    equal(spec.gatewayClassName, "istio-remote");
    const own = run.one(gateways, "cluster1-istio-hbone").inputs;
    deepEqual([own.metadata.labels, own.spec.gatewayClassName], [undefined, "istio-east-west"]);
    deepEqual(own.metadata.annotations, { "networking.istio.io/service-type": "ClusterIP" });
    const { selector, ports } = run.one(service, "cluster1-istio-gateway").inputs.spec;
    deepEqual(selector, { "gateway.networking.k8s.io/gateway-name": own.metadata.name });
    deepEqual(
      ports.map(({ port, targetPort }: Record<string, number>) => [port, targetPort]),
      [[15008, 15008]],
    );
  });

  it("starts istiod with the Gateway API, and the demo with ztunnel, which comes after what leads packets to it", () => {
    ok(waitsFor(run.one(release, "cluster1-istio-istiod"), run.one(release, "cluster1-istio-gateway-api")));
    const tunnel = run.one(release, "cluster1-istio-ztunnel");
    ok(waitsFor(tunnel, run.one(release, "cluster1-istio-cni")));
    ok(waitsFor(run.one("kubernetes:apps/v1:Deployment", "cluster1-demo-frontend"), tunnel));
    const { values } = run.one(release, "cluster1-istio-istiod").inputs;
    deepEqual([values.profile, values.env.AMBIENT_ENABLE_MULTI_NETWORK], ["ambient", "true"]);
  });

  it("labels what is shared, on every cluster that has a Service of the name", () => {
    const shared = run.all(service).filter(({ inputs }) => inputs.metadata.name === "redis-cart");
    equal(shared.length, 2);
    for (const { inputs } of shared) equal(inputs.metadata.labels["istio.io/global"], "true");
    const namespaces = run
      .all("kubernetes:core/v1:Namespace")
      .filter(({ inputs }) => inputs.metadata.name === "boutique");
    for (const { inputs } of namespaces) {
      equal(inputs.metadata.labels["istio.io/dataplane-mode"], "ambient");
      equal(inputs.metadata.labels["istio-injection"], undefined);
    }
    deepEqual(run.all("kubernetes:networking.istio.io/v1:DestinationRule"), []);
  });
});
