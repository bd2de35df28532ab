import { deepEqual, equal, match, ok } from "node:assert/strict";
import { credentialsSecret } from "../../components/backends/linkerd/names";
import { clustersOf, planOf, withDemo } from "../support/config";
import { type Run, rowOf, runProgram } from "../support/mocks";

const release = "kubernetes:helm.sh/v3:Release";
const secret = "kubernetes:core/v1:Secret";
const service = "kubernetes:core/v1:Service";
const link = "kubernetes:multicluster.linkerd.io/v1alpha3:Link";
const names = ["cluster1", "cluster2"] as const;
const peerOf = { cluster1: "cluster2", cluster2: "cluster1" } as const;

const linkerd = (settings: object = {}) => ({ backend: "linkerd", linkerd: JSON.stringify(settings) });
const flowsOf = (settings: object) =>
  planOf(linkerd(settings)).flows.map(({ from, to, traffic }) =>
    [from.cluster, to.kind, traffic.protocol === "tcp" && traffic.port].join(" "),
  );

/** Whether what was recorded as `from` waits for `to`. */
function waitsFor(from: { readonly dependencies: readonly string[] }, to: { type: string; name: string }): boolean {
  return from.dependencies.some((urn) => urn.endsWith(`${to.type}::${to.name}`));
}

describe("plan: Linkerd", () => {
  it("needs the gateway, its probe and the API server, in both directions", () => {
    const each = (cluster: string) => [
      `${cluster} balancer 4143`,
      `${cluster} balancer 4191`,
      `${cluster} apiServer 443`,
    ];
    deepEqual(flowsOf({}), names.flatMap(each));
    for (const { balancers } of planOf(linkerd()).clusters) equal(balancers.length, 1);
  });

  for (const mode of ["remote-discovery", "federated"]) {
    it(`lets pods reach pods in mode ${mode}, by the proxies' port alone, and pays for no load balancer`, () => {
      deepEqual(
        flowsOf({ mode }),
        names.flatMap((cluster) => [`${cluster} nodes 4143`, `${cluster} apiServer 443`]),
      );
      for (const { balancers, ingressRules } of planOf(linkerd({ mode })).clusters) {
        equal(balancers.length, 0);
        ok(ingressRules.some(({ traffic }) => traffic.protocol === "tcp" && traffic.port === 4143));
      }
    });
  }

  it("lets pods reach pods in mode gateway too where the demo has a federated Service", () => {
    const { flows } = planOf({ ...linkerd(), ...withDemo });
    const podToPod = flows.filter(({ to, traffic }) => to.kind === "nodes" && traffic.protocol === "tcp");
    deepEqual(
      podToPod.map(({ from, to, traffic }) => [from.cluster, to.cluster, "port" in traffic && traffic.port]),
      [
        ["cluster1", "cluster2", 4143],
        ["cluster2", "cluster1", 4143],
      ],
    );
  });

  it("comes by NAT gateways to public load balancers, peered or not, and keeps private ones to the peers' VPCs", () => {
    const admitted = (settings: object) =>
      planOf({ ...linkerd(), ...settings }).clusters.map(({ balancers }) =>
        balancers.flatMap(({ sources }) => sources),
      );
    const nat = names.map((name) => [{ kind: "natAddress", cluster: peerOf[name] }]);
    deepEqual(admitted({ exposure: "public" }), nat);
    deepEqual(admitted({ exposure: "public", interconnect: "internet" }), nat);
    deepEqual(admitted({}), [[{ kind: "cidr", cidr: "10.2.0.0/16" }], [{ kind: "cidr", cidr: "10.1.0.0/16" }]]);
  });

  it("in one direction opens nothing in the other", () => {
    const { flows, clusters } = planOf(linkerd({ mirrorInto: ["cluster1"] }));
    ok(flows.every(({ from, to }) => from.cluster === "cluster1" && to.cluster === "cluster2"));
    deepEqual(
      clusters.map(({ balancers }) => balancers.length),
      [0, 1],
    );
    deepEqual(
      clusters[0]?.apiSources.map(({ kind }) => kind),
      ["cidr"],
    );
  });

  it("has no load balancer that is open to everybody because nobody is known to come", () => {
    for (const settings of [{}, { mirrorInto: ["cluster1"] }, { mode: "federated" }]) {
      for (const { balancers } of planOf(linkerd(settings)).clusters)
        for (const { sources } of balancers) ok(sources.length > 0);
    }
  });
});

describe("program: Linkerd", () => {
  let run: Run;
  before(async function () {
    this.timeout(60_000);
    run = await runProgram(linkerd());
  });

  it("gives every resource a parent, and its own cluster's provider", () => {
    for (const each of run.resources) {
      if (each.type === "multicluster-lab:index:Lab") continue;
      ok(each.parent, `${each.type} ${each.name} has no parent`);
      if (!each.type.startsWith("kubernetes:")) continue;
      const cluster = names.find((name) => each.name.startsWith(name));
      match(each.provider ?? "", new RegExp(`kubernetes::${cluster}::`), each.name);
    }
  });

  it("makes issuers of Linkerd's own name, different in their subjects, under the root that both trust", () => {
    const subjects = run.all("tls:index/certRequest:CertRequest").map(({ inputs }) => inputs.subject);
    for (const { commonName } of subjects) equal(commonName, "identity.linkerd.cluster.local");
    equal(new Set(subjects.map((subject) => JSON.stringify(subject))).size, 2);
    for (const name of names) {
      const { inputs } = run.one(secret, `${name}-linkerd-issuer`);
      const data = inputs.stringData.value ?? inputs.stringData;
      equal(inputs.type, "kubernetes.io/tls");
      equal(data["tls.crt"], `certificate-trust-cluster-${name}\n`);
      equal(data["tls.key"], `private-key-trust-cluster-${name}`);
      const { values } = run.one(release, `${name}-linkerd-control-plane`).inputs;
      equal(values.identity.issuer.scheme, "kubernetes.io/tls");
      equal(values.identityTrustAnchorsPEM, data["ca.crt"]);
      ok(!JSON.stringify(values).includes("private-key"), "the issuer's key is among the chart's values");
    }
  });

  for (const name of names) {
    const peer = peerOf[name];

    it(`installs definitions, control plane and extension on ${name} in that order`, () => {
      const at = (part: string) => run.one(release, `${name}-linkerd-${part}`);
      ok(waitsFor(at("crds"), at("gateway-api")));
      ok(waitsFor(at("control-plane"), at("crds")));
      ok(waitsFor(at("control-plane"), run.one(secret, `${name}-linkerd-issuer`)));
      ok(waitsFor(at("control-plane"), { type: "eks:index:ManagedNodeGroup", name: `${name}-nodes` }));
      ok(waitsFor(at("multicluster"), at("control-plane")));
    });

    it(`labels the namespaces of ${name} instead of the chart's Job`, () => {
      const metadata = (which: string) => run.one("kubernetes:core/v1:Namespace", which).inputs.metadata;
      const privileged = { "pod-security.kubernetes.io/enforce": "privileged" };
      // As Linkerd's own commands would (linkerd2, charts/linkerd-control-plane/templates/namespace.yaml).
      deepEqual(metadata(`${name}-linkerd`), {
        name: "linkerd",
        labels: {
          "linkerd.io/is-control-plane": "true",
          "linkerd.io/control-plane-ns": "linkerd",
          "config.linkerd.io/admission-webhooks": "disabled",
          ...privileged,
        },
        annotations: { "linkerd.io/inject": "disabled", "multicluster-lab/lab": "test" },
      });
      deepEqual(metadata(`${name}-linkerd-multicluster`).labels, {
        "linkerd.io/extension": "multicluster",
        ...privileged,
      });
      equal(run.one(release, `${name}-linkerd-multicluster`).inputs.values.createNamespaceMetadataJob, false);
    });

    it(`lets the peer in to ${name} by a load balancer of the program's, on the gateway's ports`, () => {
      const { metadata, spec } = run.one(service, `${name}-linkerd-gateway`).inputs;
      equal(metadata.annotations["service.beta.kubernetes.io/aws-load-balancer-internal"], "true");
      deepEqual(spec.selector, { app: "linkerd-gateway" });
      deepEqual(
        spec.ports.map((port: { port: number; targetPort: number }) => [port.port, port.targetPort]),
        [
          [4143, 4143],
          [4191, 4191],
        ],
      );
      deepEqual(spec.loadBalancerSourceRanges, [name === "cluster1" ? "10.2.0.0/16" : "10.1.0.0/16"]);
      const { gateway } = run.one(release, `${name}-linkerd-multicluster`).inputs.values;
      deepEqual([gateway.enabled, gateway.serviceType], [true, "ClusterIP"]);
    });

    it(`links ${peer} into ${name}: controller, Link and the same credentials twice`, () => {
      const { controllers } = run.one(release, `${name}-linkerd-multicluster`).inputs.values;
      deepEqual(
        controllers.map((each: { link: { ref: object } }) => each.link.ref),
        [{ name: peer }],
      );
      const made = run.one(link, `${name}-linkerd-link-${peer}`);
      const { metadata, spec } = made.inputs;
      deepEqual([metadata.name, metadata.namespace], [peer, "linkerd-multicluster"]);
      equal(spec.gatewayAddress, `${peer}-linkerd-gateway.elb.example`);
      deepEqual([spec.gatewayPort, spec.probeSpec.port], ["4143", "4191"]);
      deepEqual(spec.selector, { matchLabels: { "mirror.linkerd.io/exported": "true" } });
      equal(spec.remoteDiscoverySelector, undefined);
      ok(waitsFor(made, run.one(release, `${name}-linkerd-multicluster`)));

      const copies = ["mirroring", "destination"].map((which) => run.one(secret, `${made.name}-${which}`));
      for (const copy of copies) {
        const data = copy.inputs.stringData.value ?? copy.inputs.stringData;
        // Other credentials are another Secret, which the Link then names: nobody looks into the same one twice.
        equal(copy.inputs.metadata.name, credentialsSecret(peer, data.kubeconfig));
        equal(spec.clusterCredentialsSecret, copy.inputs.metadata.name);
        const kubeconfig = JSON.parse(data.kubeconfig);
        equal(kubeconfig.clusters[0].cluster.server, `https://${peer}.example`);
        deepEqual(kubeconfig.users[0].user, { token: `token-${peer}-linkerd-reader` });
        equal(copy.inputs.type, "mirror.linkerd.io/remote-kubeconfig");
        // On the way down: the Link, then its credentials, then the controllers.
        ok(waitsFor(made, copy));
        ok(waitsFor(copy, run.one(release, `${name}-linkerd-multicluster`)));
      }
      deepEqual(
        copies.map(({ inputs }) => inputs.metadata.namespace),
        ["linkerd-multicluster", "linkerd"],
      );
      const [role, binding] = ["Role", "RoleBinding"].map((kind) =>
        run.one(`kubernetes:rbac.authorization.k8s.io/v1:${kind}`, made.name),
      );
      deepEqual(role?.inputs.rules, [
        { apiGroups: [""], resources: ["secrets"], resourceNames: [spec.clusterCredentialsSecret], verbs: ["get"] },
      ]);
      equal(binding?.inputs.subjects[0].name, `controller-${peer}`);
      ok(binding && waitsFor(made, binding), "the Link would name what its controller may not read");
      const { labels, annotations } = copies[1]?.inputs.metadata ?? {};
      deepEqual(labels, { "multicluster.linkerd.io/cluster-name": peer });
      deepEqual(annotations, {
        "multicluster.linkerd.io/trust-domain": "cluster.local",
        "multicluster.linkerd.io/cluster-domain": "cluster.local",
      });
    });
  }

  it("has controllers wait for a gateway's name, and a gateway that can be linked from outside of the lab", async () => {
    const run = await runProgram(linkerd());
    const { values } = run.one(release, "cluster1-linkerd-multicluster").inputs;
    // 5 ms, and twice as long each time.
    ok(0.005 * (2 ** values.controllerDefaults.retryLimit - 1) > 15 * 60, "a load balancer's name needs minutes");
    const { metadata, spec } = run.one(service, "cluster1-linkerd-gateway").inputs;
    const identity = "linkerd-gateway.linkerd-multicluster.serviceaccount.identity.linkerd.cluster.local";
    const read = ["gateway-identity", "probe-path", "probe-period"].map(
      (name) => metadata.annotations[`mirror.linkerd.io/${name}`],
    );
    deepEqual(read, [identity, "/ready", "3"]);
    deepEqual(
      spec.ports.map(({ name }: { name: string }) => name),
      ["mc-gateway", "mc-probe"],
    );
  });

  it("follows a load balancer that was made anew with the Link, and with nothing else", async () => {
    const anew = await runProgram(linkerd(), { balancerDomain: "elb2.example" });
    for (const name of names) {
      const { spec } = anew.one(link, `${name}-linkerd-link-${peerOf[name]}`).inputs;
      equal(spec.gatewayAddress, `${peerOf[name]}-linkerd-gateway.elb2.example`);
    }
    const others = (each: Run) => each.resources.filter(({ type }) => type !== link).map(({ inputs }) => inputs);
    deepEqual(JSON.stringify(others(anew)).match(/elb2/g), null);
    equal(others(anew).length, others(run).length);
  });

  it("tells how a Service is offered and found", () => {
    const cart = rowOf(run, "redis-cart");
    match(cart.configuration, /mirror\.linkerd\.io\/exported: true/);
    equal(cart.address, "redis-cart-cluster1.boutique.svc.cluster.local:6379");
    deepEqual(run.lab.clusters.cluster1?.reaches, ["cluster2"]);
  });

  it("pins every chart", () => {
    for (const { inputs, name } of run.all(release)) {
      match(inputs.version, /^(2026\.8\.3|1\.9\.0)$/, name);
      ok(inputs.repositoryOpts.repo.startsWith("https://"), name);
    }
  });
});

describe("program: Linkerd, configured otherwise", function () {
  this.timeout(60_000);

  it("keeps the demo's labels no longer than the Links of both directions", async () => {
    const run = await runProgram({ ...linkerd(), ...withDemo });
    const labelled = run
      .all(service)
      .filter(({ inputs }) => Object.keys(inputs.metadata.labels).some((key) => key.startsWith("mirror.linkerd.io/")));
    ok(labelled.length > 0);
    for (const each of labelled)
      for (const name of names)
        ok(waitsFor(each, { type: link, name: `${name}-linkerd-link-${peerOf[name]}` }), each.name);
  });

  it("mirrors federated Services too where the demo has one, and by its label alone", async () => {
    const run = await runProgram({ ...linkerd(), ...withDemo });
    const { spec } = run.one(link, "cluster1-linkerd-link-cluster2").inputs;
    deepEqual(spec.selector, { matchLabels: { "mirror.linkerd.io/exported": "true" } });
    deepEqual(spec.federatedServiceSelector, { matchLabels: { "mirror.linkerd.io/federated": "member" } });
    equal(spec.remoteDiscoverySelector, undefined);
  });

  it("installs viz where it is asked for, in a namespace that the program labels, and nowhere else", async () => {
    const run = await runProgram(linkerd({ viz: true }));
    for (const name of names) {
      const viz = run.one(release, `${name}-linkerd-viz`);
      deepEqual([viz.inputs.chart, viz.inputs.version], ["linkerd-viz", "2026.8.3"]);
      equal(viz.inputs.values.createNamespaceMetadataJob, false);
      ok(waitsFor(viz, run.one(release, `${name}-linkerd-control-plane`)));
      const { metadata } = run.one("kubernetes:core/v1:Namespace", `${name}-linkerd-viz`).inputs;
      equal(metadata.labels["linkerd.io/extension"], "viz");
      equal(viz.inputs.namespace, metadata.name);
    }
    const without = await runProgram(linkerd());
    ok(without.all(release).every(({ inputs }) => inputs.chart !== "linkerd-viz"));
  });

  it("links one direction when one is named, and tells so", async () => {
    const run = await runProgram(linkerd({ mirrorInto: ["cluster1"] }));
    deepEqual(
      run.all(link).map(({ name }) => name),
      ["cluster1-linkerd-link-cluster2"],
    );
    deepEqual(
      run.all(service).map(({ name }) => name),
      ["cluster2-linkerd-gateway"],
    );
    deepEqual(run.one(release, "cluster2-linkerd-multicluster").inputs.values.controllers, []);
    equal(run.one(release, "cluster1-linkerd-multicluster").inputs.values.gateway.enabled, false);
    equal(run.lab.clusters.cluster1?.gateway, undefined);
    equal(run.lab.clusters.cluster2?.gateway, "cluster2-linkerd-gateway.elb.example");
    deepEqual(run.lab.clusters.cluster2?.reaches, []);
  });

  for (const [mode, selector, label, found] of [
    [
      "remote-discovery",
      "remoteDiscoverySelector",
      { "mirror.linkerd.io/exported": "remote-discovery" },
      "redis-cart-cluster1.boutique.svc.cluster.local:6379",
    ],
    [
      "federated",
      "federatedServiceSelector",
      { "mirror.linkerd.io/federated": "member" },
      "redis-cart-federated.boutique.svc.cluster.local:6379",
    ],
  ] as const) {
    it(`mirrors without any gateway in mode ${mode}`, async () => {
      const run = await runProgram(linkerd({ mode }));
      equal(run.all(service).length, 0);
      const { spec } = run.one(link, "cluster1-linkerd-link-cluster2").inputs;
      deepEqual(spec[selector], { matchLabels: label });
      deepEqual([spec.selector, spec.gatewayAddress, spec.probeSpec], [undefined, undefined, undefined]);
      const { controllers, gateway } = run.one(release, "cluster1-linkerd-multicluster").inputs.values;
      deepEqual([controllers[0].gateway.enabled, gateway.enabled], [false, false]);
      const cart = rowOf(run, "redis-cart");
      for (const [name, value] of Object.entries(label)) ok(cart.configuration.includes(`${name}: ${value}`));
      equal(cart.address, found);
    });
  }

  it("comes by the internet with public gateways", async () => {
    const run = await runProgram({ ...linkerd(), interconnect: "internet", exposure: "public" });
    const { metadata, spec } = run.one(service, "cluster1-linkerd-gateway").inputs;
    equal(metadata.annotations["service.beta.kubernetes.io/aws-load-balancer-internal"], undefined);
    deepEqual(spec.loadBalancerSourceRanges, ["public-address-of-cluster2-nat/32"]);
  });

  it("links every ordered pair of three clusters and changes no name when one is added", async () => {
    const two = await runProgram({ ...linkerd(), clusters: clustersOf(2) });
    const three = await runProgram({ ...linkerd(), clusters: clustersOf(3) });
    equal(three.all(link).length, 6);
    const after = new Set(three.resources.map(({ type, name }) => `${type} ${name}`));
    for (const { type, name } of two.resources) ok(after.has(`${type} ${name}`), `${type} ${name} is gone`);
  });
});
