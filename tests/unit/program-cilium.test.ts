import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { clustersOf } from "../support/config";
import { addonsOf, cniConfiguration, type Recorded, type Run, rowOf, runProgram } from "../support/mocks";

const release = "kubernetes:helm.sh/v3:Release";
const secret = "kubernetes:core/v1:Secret";
const names = ["cluster1", "cluster2"] as const;
const peerOf = { cluster1: "cluster2", cluster2: "cluster1" } as const;

const cilium = (settings: object, others = {}) =>
  runProgram({ backend: "cilium", cilium: JSON.stringify(settings), ...others });

function waitsFor(from: Recorded, to: { readonly type: string; readonly name: string }): boolean {
  return from.dependencies.some((urn) => urn.endsWith(`${to.type}::${to.name}`));
}

function textOf({ inputs }: Recorded): Record<string, string> {
  return inputs.stringData?.value ?? inputs.stringData ?? inputs.data;
}

describe("program with Cilium", function () {
  this.timeout(60_000);
  let run: Run;
  before(async () => {
    run = await cilium({});
  });

  for (const name of names) {
    it(`installs Cilium on ${name} before its nodes, and waits for no pod`, () => {
      const cni = run.one(release, `${name}-cilium`);
      equal(cni.inputs.skipAwait, true);
      equal(cni.inputs.namespace, "kube-system");
      equal(cni.inputs.version, "1.20.2");
      equal(cni.inputs.values.MTU, 8500);
      const nodes = run.one("eks:index:ManagedNodeGroup", `${name}-nodes`);
      ok(waitsFor(nodes, cni));
      deepEqual(nodes.inputs.taints, [{ key: "node.cilium.io/agent-not-ready", value: "true", effect: "NO_EXECUTE" }]);
      deepEqual(addonsOf(run, name), ["coredns", "kube-proxy"]);
      ok(waitsFor(nodes, { type: "aws:eks/addon:Addon", name: `${name}-kube-proxy` }));
    });

    it(`puts the load balancer's name into the server's certificate of ${name}`, () => {
      const { inputs } = run.one("kubernetes:core/v1:Service", `${name}-cilium-mesh`);
      equal(inputs.metadata.name, "clustermesh-apiserver");
      equal(inputs.metadata.annotations["service.beta.kubernetes.io/aws-load-balancer-internal"], "true");
      deepEqual(
        inputs.spec.ports.map((port: { port: number; nodePort: number }) => [port.port, port.nodePort]),
        [[2379, 32379]],
      );
      const request = run.one("tls:index/certRequest:CertRequest", `${name}-cilium-server`).inputs;
      equal(request.subject.commonName, "clustermesh-apiserver.kube-system.svc");
      deepEqual(request.dnsNames, [
        "clustermesh-apiserver.kube-system.svc",
        "*.mesh.cilium.io",
        `${name}-cilium-mesh.elb.example`,
      ]);
      deepEqual(request.ipAddresses, ["127.0.0.1", "::1"]);
    });

    it(`signs ${name}'s certificates by its own intermediate, with the names that etcd knows`, () => {
      for (const [what, commonName, use] of [
        ["server", "clustermesh-apiserver.kube-system.svc", "server_auth"],
        ["admin", `admin-${name}`, "client_auth"],
        ["local", `local-${name}`, "client_auth"],
        ["remote", `remote-${name}`, "client_auth"],
      ] as const) {
        const leaf = `${name}-cilium-${what}`;
        equal(run.one("tls:index/certRequest:CertRequest", leaf).inputs.subject.commonName, commonName);
        const { inputs } = run.one("tls:index/locallySignedCert:LocallySignedCert", leaf);
        equal(inputs.caCertPem, `certificate-trust-cluster-${name}\n`);
        equal(inputs.isCaCertificate, undefined);
        deepEqual(inputs.allowedUses, ["digital_signature", "key_encipherment", use]);
        const made = run.one(secret, leaf);
        equal(made.inputs.metadata.name, `clustermesh-apiserver-${what}-cert`);
        equal(made.inputs.type, "kubernetes.io/tls");
        const text = textOf(made);
        equal(text["tls.crt"], `certificate-${leaf}\ncertificate-trust-cluster-${name}\n`);
        equal(text["tls.key"], `private-key-${leaf}`);
        match(text["ca.crt"] ?? "", /BEGIN CERTIFICATE/);
      }
    });

    it(`tells ${name} of its peer's load balancer, and lets the peer in`, () => {
      const peer = peerOf[name];
      const mesh = run.one(secret, `${name}-cilium-mesh-peers`);
      equal(mesh.inputs.metadata.name, "cilium-kvstoremesh");
      match(textOf(mesh)[peer] ?? "", new RegExp(`- https://${peer}-cilium-mesh\\.elb\\.example:2379\n`));
      const agents = run.one(secret, `${name}-cilium-agent-peers`);
      deepEqual(Object.keys(textOf(agents)), [peer]);
      const users = run.one("kubernetes:core/v1:ConfigMap", `${name}-cilium-remote-users`);
      match(users.inputs.data["users.yaml"], new RegExp(`- name: remote-${peer}\n`));
    });
  }

  it("makes no IPsec key and gives nodes no rights where nobody asks for them", () => {
    equal(run.all(secret).filter(({ name }) => name.endsWith("ipsec-keys")).length, 0);
    equal(run.all("aws:iam/policy:Policy").length, 0);
  });

  it("changes no release, certificate or key when a cluster is added", async () => {
    const [two, three] = [
      await cilium({ encryption: "ipsec" }, { clusters: clustersOf(2) }),
      await cilium({ encryption: "ipsec" }, { clusters: clustersOf(3) }),
    ];
    for (const { type, name, inputs } of two.resources) {
      const after = three.one(type, name).inputs;
      if (type === release || type.startsWith("tls:") || name.endsWith("-ipsec-keys")) deepEqual(after, inputs, name);
    }
    deepEqual(Object.keys(textOf(three.one(secret, "cluster1-cilium-mesh-peers"))), ["cluster2", "cluster3"]);
  });

  it("changes Secrets and ConfigMaps in place: agents that find no peers for a moment forget them", () => {
    for (const name of names) {
      const { inputs } = run.one("pulumi:providers:kubernetes", name);
      deepEqual([inputs.enableSecretMutable, inputs.enableConfigMapMutable], ["true", "true"]);
    }
  });

  it("gives all clusters one IPsec key, and another one with another number", async () => {
    const keysOf = ({ one }: Run) => names.map((name) => textOf(one(secret, `${name}-cilium-ipsec-keys`)).keys ?? "");
    const [first, second] = keysOf(await cilium({ encryption: "ipsec" }));
    match(first ?? "", /^1\+ rfc4106\(gcm\(aes\)\) [0-9a-f]{40} 128$/);
    equal(first, second);
    const rotated = await cilium({ encryption: "ipsec", ipsecKey: 2 });
    const [next] = keysOf(rotated);
    match(next ?? "", /^2\+ /);
    notEqual(next?.slice(2), first?.slice(2));
    ok(
      waitsFor(rotated.one(release, "cluster1-cilium"), { type: secret, name: "cluster1-cilium-ipsec-keys" }),
      "agents would not start without it",
    );
    ok(
      waitsFor(rotated.one("eks:index:ManagedNodeGroup", "cluster1-nodes"), {
        type: secret,
        name: "cluster1-cilium-ipsec-keys",
      }),
    );
  });

  it("gives nodes the rights that Cilium needs to hand out addresses of the VPC, before there are nodes", async () => {
    const eni = await cilium({ datapath: "eni" });
    const { policy } = eni.one("aws:iam/policy:Policy", "cluster1-node-cni").inputs;
    const { Statement: statements } = typeof policy === "string" ? JSON.parse(policy) : policy;
    ok(statements[0].Action.includes("ec2:DescribeSecurityGroups"));
    const attachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
    ok(
      waitsFor(eni.one("eks:index:ManagedNodeGroup", "cluster1-nodes"), {
        type: attachment,
        name: "cluster1-node-cni",
      }),
    );
  });

  it("comes on top of AWS's CNI, which keeps room for the encryption", async () => {
    const chained = await cilium({ datapath: "chaining", encryption: "wireguard" });
    const { env } = cniConfiguration(chained, "cluster1");
    equal(env.AWS_VPC_ENI_MTU, "8500");
    equal(env.POD_MTU, "8405");
    equal(chained.one(release, "cluster1-cilium").inputs.values.MTU, 8500);
  });

  it("makes the kinds and the rights for ServiceExports before what reads them, and exports after them", async () => {
    const exported = await cilium({ sharing: "mcs" }, { demo: "{}" });
    const definition = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";
    for (const name of names) {
      const dns = exported.one("aws:eks/addon:Addon", `${name}-coredns`);
      const chart = exported.one(release, `${name}-cilium`);
      const nodes = exported.one("eks:index:ManagedNodeGroup", `${name}-nodes`);
      deepEqual(chart.inputs.values.clustermesh.mcsapi, { enabled: true, installCRDs: false });
      for (const plural of ["serviceexports", "serviceimports"]) {
        const made = exported.one(definition, `${name}-cilium-${plural}`);
        equal(made.inputs.metadata.name, `${plural}.multicluster.x-k8s.io`);
        ok(waitsFor(chart, made) && waitsFor(nodes, made));
      }
      match(JSON.parse(dns.inputs.configurationValues).corefile, /multicluster clusterset\.local/);
      ok(waitsFor(dns, nodes));
      for (const kind of ["ClusterRole", "ClusterRoleBinding"] as const) {
        const type = `kubernetes:rbac.authorization.k8s.io/v1:${kind}`;
        const made = exported.one(type, `${name}-dns-service-imports`);
        ok(waitsFor(dns, made), `DNS would answer nothing before its ${kind}`);
        if (kind === "ClusterRoleBinding")
          deepEqual(made.inputs.subjects, [{ kind: "ServiceAccount", name: "coredns", namespace: "kube-system" }]);
      }
    }
    const redis = exported.one(
      "kubernetes:multicluster.x-k8s.io/v1alpha1:ServiceExport",
      "cluster1-demo-redis-cart-serviceexport",
    );
    ok(waitsFor(redis, exported.one("eks:index:ManagedNodeGroup", "cluster1-nodes")));
    const row = rowOf(exported, "redis-cart");
    deepEqual(
      [row.address, row.configuration],
      ["redis-cart.boutique.svc.clusterset.local:6379", "a `ServiceExport` of the same name"],
    );
    deepEqual(run.all(definition), []);
    equal(run.one("aws:eks/addon:Addon", "cluster1-coredns").inputs.configurationValues, undefined);
  });

  it("follows a load balancer that was made anew: certificate, Secret and peers' configuration, and nothing of the chart", async () => {
    const anew = await runProgram({ backend: "cilium" }, { balancerDomain: "elb2.example" });
    for (const name of names) {
      const peer = peerOf[name];
      ok(
        anew
          .one("tls:index/certRequest:CertRequest", `${name}-cilium-server`)
          .inputs.dnsNames.includes(`${name}-cilium-mesh.elb2.example`),
      );
      ok(
        waitsFor(anew.one(secret, `${name}-cilium-server`), {
          type: "tls:index/locallySignedCert:LocallySignedCert",
          name: `${name}-cilium-server`,
        }),
        "the Secret would keep the certificate of the old name",
      );
      const told = textOf(anew.one(secret, `${name}-cilium-mesh-peers`))[peer] ?? "";
      match(told, new RegExp(`- https://${peer}-cilium-mesh\\.elb2\\.example:2379\n`));
      ok(!told.includes("elb.example"));
      for (const [type, other] of [
        [release, `${name}-cilium`],
        [secret, `${name}-cilium-agent-peers`],
      ] as const)
        deepEqual(anew.one(type, other).inputs, run.one(type, other).inputs);
    }
  });

  it("leaves out kube-proxy, and gives Hubble certificates of the lab, where that is asked for", async () => {
    const full = await cilium({ kubeProxyReplacement: true, hubble: true });
    deepEqual(addonsOf(full, "cluster1"), ["coredns"]);
    const { values } = full.one(release, "cluster1-cilium").inputs;
    equal(values.k8sServiceHost, "cluster1.example");
    for (const [what, existing] of [
      ["hubble-server", values.hubble.tls.server.existingSecret],
      ["hubble-relay", values.hubble.relay.tls.client.existingSecret],
    ])
      equal(full.one(secret, `cluster1-cilium-${what}`).inputs.metadata.name, existing);
  });
});
