import { deepEqual, equal, match, ok } from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { balancedServices, nodePortOf } from "../../components/backends/loadbalancer/exports";
import { ConfigError } from "../../components/base/config-mistakes";
import { clustersOf, configOf, planOf, seenConfig, withDemo } from "../support/config";
import { type Run, rowOf, runProgram } from "../support/mocks";

const service = "kubernetes:core/v1:Service";
const sharing = (...shared: object[]) => ({
  backend: "loadbalancer",
  loadbalancer: JSON.stringify({ shared }),
});

const listed = sharing({ name: "redis-cart", port: 6379 }, { name: "frontend", port: 80, way: "https" });

function keysOf(settings: Record<string, string>): string[] {
  try {
    configOf(settings);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes.map(({ key }) => key);
    throw error;
  }
  return [];
}

describe("plain load balancers: configuration", () => {
  it("share what the demo calls across clusters by TCP, and its front by HTTPS", () => {
    const shared = balancedServices(seenConfig({ backend: "loadbalancer", ...withDemo }));
    deepEqual(
      shared.map(({ name, port, targetPort, way, owners }) => [name, port, targetPort, way, owners?.join()]),
      [
        ["productcatalogservice", 3550, 3550, "tcp", "cluster1"],
        ["cartservice", 7070, 7070, "tcp", "cluster1"],
        ["checkoutservice", 5050, 5050, "tcp", "cluster2"],
        ["currencyservice", 7000, 7000, "tcp", "cluster2"],
        ["shippingservice", 50051, 50051, "tcp", "cluster2"],
        ["redis-cart", 6379, 6379, "tcp", "cluster1"],
        ["frontend", 80, undefined, "https", "cluster1"],
      ],
    );
  });

  it("know the demo's Services as those that are taken", () => {
    const settings = {
      ...sharing({ name: "redis-cart", port: 6379 }, { name: "b", port: 1, nodePort: 30080 }),
      ...withDemo,
    };
    deepEqual(keysOf(settings), ["loadbalancer.shared[0].name", "loadbalancer.shared[1].nodePort"]);
  });

  it("take Kubernetes 1.36, which Submariner is not released for", () => {
    equal(configOf({ ...listed, kubernetesVersion: "1.36" }).kubernetesVersion, "1.36");
  });

  const wrong: [string, Record<string, string>, string][] = [
    [
      "an owner that is no cluster",
      sharing({ name: "a", port: 1, owners: ["nowhere"] }),
      "loadbalancer.shared[0].owners",
    ],
    ["a Service shared twice", sharing({ name: "a", port: 1 }, { name: "a", port: 2 }), "loadbalancer.shared[1].name"],
    [
      "a name that another one's name in the lab is",
      sharing({ name: "a", port: 1, owners: ["cluster1"] }, { name: "a-cluster1", port: 2, owners: ["cluster2"] }),
      "loadbalancer.shared[0].name",
    ],
    ["a name too long with its owner's", sharing({ name: "a".repeat(60), port: 1 }), "loadbalancer.shared[0].name"],
    [
      "one node port for two",
      sharing({ name: "a", port: 1, nodePort: 30001 }, { name: "b", port: 2, nodePort: 30001 }),
      "loadbalancer.shared[1].nodePort",
    ],
    [
      "Kubernetes' own namespaces",
      sharing({ name: "a", port: 1, namespace: "kube-system" }),
      "loadbalancer.shared[0].namespace",
    ],
    [
      "the ingress controller's own namespace",
      sharing({ name: "a", port: 1, namespace: "https-entry" }),
      "loadbalancer.shared[0].namespace",
    ],
    ["an empty list", sharing(), "loadbalancer.shared"],
    ["a port beyond the last", sharing({ name: "a", port: 70000 }), "loadbalancer.shared[0].port"],
  ];
  for (const [what, settings, key] of wrong) {
    it(`refuse ${what}`, () => ok(keysOf(settings).includes(key), keysOf(settings).join()));
  }

  it("give a Service the same node port wherever it is in the list, out of those that are kept free", () => {
    const port = nodePortOf({ name: "redis-cart" });
    ok(port >= 30000 && port <= 30085);
    equal(nodePortOf({ name: "redis-cart", nodePort: 30005 }), 30005);
  });
});

describe("plain load balancers: plan", () => {
  it("need the shared ports of the owners and nothing else, not even the API servers", () => {
    const plan = planOf(sharing({ name: "a", port: 7, owners: ["cluster1"] }, { name: "b", port: 80, way: "https" }));
    deepEqual(
      plan.flows.map(({ from, to, traffic }) => [
        from.cluster,
        to.kind === "balancer" ? to.balancer : to.kind,
        traffic.protocol === "tcp" && traffic.port,
      ]),
      [
        ["cluster1", "https-entry", 443],
        ["cluster2", "a-cluster1", 7],
        ["cluster2", "https-entry", 443],
      ],
    );
    for (const { apiSources } of plan.clusters) equal(apiSources.length, 1);
  });

  it("admit the peers on the Service's node port, in as many clusters as there are", () => {
    const plan = planOf({ ...sharing({ name: "a", port: 7, owners: ["cluster2"] }), clusters: clustersOf(4) });
    const [first, second] = plan.clusters;
    deepEqual(first?.balancers, []);
    equal(second?.balancers[0]?.sources.length, 3);
    const admitted = second?.ingressRules.filter(
      ({ traffic }) => traffic.protocol === "tcp" && traffic.port === nodePortOf({ name: "a" }),
    );
    equal(admitted?.length, 3 + 2, "three peers, and health checks from two subnets");
  });

  it("take the whole path's MTU and cost a load balancer for each Service by TCP", () => {
    const { clusters, price } = planOf(listed);
    equal(clusters[0]?.mtu.pod, 8500);
    equal(price.items.find(({ what }) => what === "network load balancer")?.count, 4);
  });
});

describe("plain load balancers: program", function () {
  this.timeout(60_000);
  let run: Run;
  before(async () => {
    run = await runProgram(listed);
  });

  it("give a Service one name everywhere: a load balancer in its owner, a CNAME to it in the peer", () => {
    const own = run.one(service, "cluster1-loadbalancer-redis-cart-cluster1").inputs;
    equal(own.metadata.name, "redis-cart-cluster1");
    equal(own.spec.type, "LoadBalancer");
    deepEqual(own.spec.selector, { app: "redis-cart" });
    deepEqual(own.spec.loadBalancerSourceRanges, ["10.2.0.0/16"]);
    const alias = run.one(service, "cluster2-loadbalancer-redis-cart-cluster1");
    equal(alias.inputs.metadata.name, "redis-cart-cluster1");
    deepEqual(alias.inputs.spec, {
      type: "ExternalName",
      externalName: "cluster1-loadbalancer-redis-cart-cluster1.elb.example",
    });
    match(alias.provider ?? "", /::cluster2::/);
  });

  it("lead by HTTPS to the owner's entry, in the owner from inside", () => {
    equal(
      run.one(service, "cluster2-loadbalancer-frontend-cluster1").inputs.spec.externalName,
      "cluster1-loadbalancer-https-entry.elb.example",
    );
    equal(
      run.one(service, "cluster1-loadbalancer-frontend").inputs.spec.externalName,
      "https-entry.https-entry.svc.cluster.local",
    );
  });

  it("certify the names that peers call by the owner's authority, and show the way to the root", () => {
    const hosts = [
      "frontend-cluster1.default.svc.cluster.local",
      "frontend-cluster1.default.svc",
      "frontend-cluster1.default",
    ];
    deepEqual(run.one("tls:index/certRequest:CertRequest", "cluster1-loadbalancer-frontend").inputs.dnsNames, hosts);
    const { inputs } = run.one("tls:index/locallySignedCert:LocallySignedCert", "cluster1-loadbalancer-frontend");
    equal(inputs.caCertPem, "certificate-trust-cluster-cluster1\n");
    equal(inputs.isCaCertificate, undefined);
    ok(inputs.allowedUses.includes("server_auth"));
    const secret = run.one("kubernetes:core/v1:Secret", "cluster1-loadbalancer-frontend-tls").inputs;
    equal(secret.type, "kubernetes.io/tls");
    const data = secret.stringData.value ?? secret.stringData;
    equal(data["tls.crt"], "certificate-cluster1-loadbalancer-frontend\ncertificate-trust-cluster-cluster1\n");
    const { spec } = run.one("kubernetes:networking.k8s.io/v1:Ingress", "cluster1-loadbalancer-frontend").inputs;
    deepEqual(spec.tls, [{ hosts, secretName: "frontend-cluster1-tls" }]);
    deepEqual(
      spec.rules.map(({ host }: { host: string }) => host),
      hosts,
    );
  });

  it("take Ingresses away while their controller lives", () => {
    const ingress = run.one("kubernetes:networking.k8s.io/v1:Ingress", "cluster1-loadbalancer-frontend");
    ok(ingress.dependencies.some((urn) => urn.endsWith("::cluster1-loadbalancer-traefik")));
  });

  it("say where peers come in and from where", async () => {
    const { cluster1 } = run.lab.clusters;
    equal(cluster1?.gateway, "cluster1-loadbalancer-https-entry.elb.example");
    equal(cluster1?.egressCidr, "10.1.0.0/16");
    equal(rowOf(run, "redis-cart").address, "redis-cart-cluster1.boutique.svc.cluster.local:6379");
  });

  it("install no ingress controller where nothing goes by HTTPS, and make the namespaces that are shared", async () => {
    const plain = await runProgram(sharing({ name: "a", port: 7, namespace: "shop", owners: ["cluster1"] }));
    equal(plain.all("kubernetes:helm.sh/v3:Release").length, 0);
    equal(plain.lab.clusters.cluster1?.gateway, undefined);
    deepEqual(
      plain.all("kubernetes:core/v1:Namespace").map(({ inputs }) => inputs.metadata.name),
      ["shop", "shop"],
    );
  });

  it("come by the internet with public load balancers for the peers' NAT gateways", async () => {
    const open = await runProgram({ ...listed, interconnect: "internet", exposure: "public" });
    const { metadata, spec } = open.one(service, "cluster1-loadbalancer-redis-cart-cluster1").inputs;
    equal(metadata.annotations["service.beta.kubernetes.io/aws-load-balancer-internal"], undefined);
    deepEqual(spec.loadBalancerSourceRanges, ["public-address-of-cluster2-nat/32"]);
    equal(open.lab.clusters.cluster1?.egressCidr, "public-address-of-cluster1-nat/32");
    equal(await pulumi.isSecret(open.outputs.kubeconfigs), true);
  });

  it("change no resource's name when a cluster is added", async () => {
    const three = await runProgram({ ...listed, clusters: clustersOf(3) });
    const after = new Set(three.resources.map(({ type, name }) => `${type} ${name}`));
    for (const { type, name } of run.resources) ok(after.has(`${type} ${name}`), `${type} ${name} is gone`);
  });
});
