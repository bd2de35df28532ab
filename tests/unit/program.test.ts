import { deepEqual, doesNotMatch, equal, match, ok, rejects } from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { clustersOf, planOf } from "../support/config";
import { addonsOf, cniConfiguration, type Run, resolved, runProgram } from "../support/mocks";

const release = "kubernetes:helm.sh/v3:Release";
const secret = "kubernetes:core/v1:Secret";
const rule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const names = ["cluster1", "cluster2"] as const;
const peerOf = { cluster1: "cluster2", cluster2: "cluster1" } as const;

/** Whether what `run` recorded as `from` waits for `to`. */
function waitsFor(from: { readonly dependencies: readonly string[] }, to: { type: string; name: string }): boolean {
  return from.dependencies.some((urn) => urn.endsWith(`${to.type}::${to.name}`));
}

describe("program", () => {
  let run: Run;
  before(async function () {
    this.timeout(60_000);
    run = await runProgram();
  });

  it("gives every resource a parent, and its own cluster's provider or region's", () => {
    for (const each of run.resources) {
      if (each.type === "multicluster-lab:index:Lab") continue;
      ok(each.parent, `${each.type} ${each.name} has no parent`);
      if (each.type.startsWith("kubernetes:")) {
        const cluster = names.find((name) => each.name.startsWith(name));
        match(each.provider ?? "", new RegExp(`kubernetes::${cluster}::`), each.name);
      }
      if (each.type.startsWith("aws:ec2/vpc:")) {
        const region = each.name === "cluster1" ? "us-east-1" : "us-west-2";
        match(each.provider ?? "", new RegExp(`aws::${region}::`), each.name);
      }
    }
  });

  describe("network", () => {
    for (const name of names) {
      it(`tags the subnets of ${name} for load balancers and spreads them over two zones`, () => {
        for (const [kind, role] of [
          ["private", "internal-elb"],
          ["public", "elb"],
        ] as const) {
          const subnets = run.all("aws:ec2/subnet:Subnet").filter((each) => each.name.startsWith(`${name}-${kind}`));
          deepEqual(
            subnets.map(({ inputs }) => inputs.availabilityZone),
            ["zone-a", "zone-b"],
          );
          for (const { inputs } of subnets) {
            equal(inputs.tags[`kubernetes.io/role/${role}`], "1");
            equal(inputs.tags[`kubernetes.io/cluster/test-${name}`], "shared");
          }
        }
      });
    }

    it("asks for peering once, accepts it in the other region, and routes both ways from every table", () => {
      const [request, ...more] = run.all("aws:ec2/vpcPeeringConnection:VpcPeeringConnection");
      equal(more.length, 0);
      equal(request?.inputs.peerRegion, "us-west-2");
      match(request?.provider ?? "", /::us-east-1::/);
      const accepter = run.one(
        "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",
        "cluster1-cluster2",
      );
      match(accepter.provider ?? "", /::us-west-2::/);
      for (const name of names) {
        for (const kind of ["private", "public"]) {
          const route = run.one("aws:ec2/route:Route", `cluster1-cluster2-${name}-${kind}`);
          equal(route.inputs.destinationCidrBlock, name === "cluster1" ? "10.2.0.0/16" : "10.1.0.0/16");
          equal(route.inputs.routeTableId, `${name}-${kind}-id`);
          ok(waitsFor(route, accepter));
        }
      }
    });

    it("turns every planned rule into one of the group that EKS made", () => {
      for (const cluster of planOf().clusters) {
        const made = run.all(rule).filter((each) => each.name.startsWith(`${cluster.name}-ingress-`));
        equal(made.length, cluster.ingressRules.length);
        for (const planned of cluster.ingressRules) {
          const { inputs } = run.one(rule, `${cluster.name}-ingress-${planned.name}`);
          equal(inputs.securityGroupId, `sg-of-${cluster.name}`);
          equal(inputs.description, planned.description);
        }
      }
      const icmp = run.one(rule, "cluster1-ingress-icmp-3-4-from-10-2-0-0-16").inputs;
      deepEqual([icmp.ipProtocol, icmp.fromPort, icmp.toPort], ["icmp", 3, 4]);
    });
  });

  describe("cluster", () => {
    for (const name of names) {
      it(`sets up ${name} with the planned MTU, no SNAT to the peer, and an API server for few`, () => {
        const { inputs } = run.one("eks:index:Cluster", name);
        equal(inputs.name, `test-${name}`);
        equal(inputs.version, "1.35");
        equal(inputs.authenticationMode, "API");
        equal(inputs.skipDefaultSecurityGroups, true);
        deepEqual(addonsOf(run, name), ["coredns", "kube-proxy", "vpc-cni"]);
        deepEqual(cniConfiguration(run, name).env, {
          ADDITIONAL_ENI_TAGS: '{"multicluster-lab":"test"}',
          AWS_VPC_ENI_MTU: "8500",
          POD_MTU: "8500",
          AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS: name === "cluster1" ? "10.2.0.0/16" : "10.1.0.0/16",
        });
        deepEqual(inputs.publicAccessCidrs, ["198.51.100.0/24", `public-address-of-${peerOf[name]}-nat/32`]);
      });

      it(`starts the nodes of ${name} after the CNI and their way out, with IMDSv2, and DNS after them`, () => {
        const group = run.one("eks:index:ManagedNodeGroup", `${name}-nodes`);
        equal(
          run.one("aws:ec2/launchTemplate:LaunchTemplate", group.name).inputs.metadataOptions.httpTokens,
          "required",
        );
        equal(group.inputs.amiType, "AL2023_x86_64_STANDARD");
        deepEqual(group.inputs.scalingConfig, { desiredSize: 2, minSize: 1, maxSize: 3 });
        ok(waitsFor(group, { type: "eks:index:Cluster", name }));
        for (const addon of ["vpc-cni", "kube-proxy"]) {
          ok(waitsFor(group, { type: "aws:eks/addon:Addon", name: `${name}-${addon}` }));
        }
        ok(waitsFor(group, { type: "aws:ec2/route:Route", name: `${name}-private-default` }));
        ok(
          waitsFor(group, {
            type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            name: `${name}-node-AmazonEKS_CNI_Policy`,
          }),
        );
        ok(
          waitsFor(run.one("aws:eks/addon:Addon", `${name}-coredns`), {
            type: "eks:index:ManagedNodeGroup",
            name: `${name}-nodes`,
          }),
        );
      });
    }
  });

  describe("trust", () => {
    it("makes one P-256 root and an intermediate of its own for each cluster", () => {
      for (const key of run.all("tls:index/privateKey:PrivateKey")) {
        deepEqual([key.inputs.algorithm, key.inputs.ecdsaCurve], ["ECDSA", "P256"]);
      }
      equal(run.all("tls:index/selfSignedCert:SelfSignedCert").length, 1);
      const intermediates = run.all("tls:index/locallySignedCert:LocallySignedCert");
      equal(intermediates.length, 2);
      for (const { inputs } of intermediates) {
        equal(inputs.isCaCertificate, true);
        equal(inputs.caPrivateKeyPem.value ?? inputs.caPrivateKeyPem, "private-key-trust-root");
        ok(inputs.allowedUses.includes("cert_signing"));
      }
      const subjects = run.all("tls:index/certRequest:CertRequest").map(({ inputs }) => inputs.subject.commonName);
      equal(new Set(subjects).size, 2);
    });
  });

  describe("Istio", () => {
    for (const name of names) {
      const peer = peerOf[name];

      it(`gives istiod of ${name} its own authority before it starts`, () => {
        const cacerts = run.one(secret, `${name}-istio-cacerts`);
        const data = cacerts.inputs.stringData.value ?? cacerts.inputs.stringData;
        equal(data["ca-cert.pem"], `certificate-trust-cluster-${name}\n`);
        match(data["cert-chain.pem"], new RegExp(`^certificate-trust-cluster-${name}\n-----BEGIN CERTIFICATE-----`));
        const istiod = run.one(release, `${name}-istio-istiod`);
        ok(waitsFor(istiod, cacerts));
        ok(waitsFor(istiod, { type: "eks:index:ManagedNodeGroup", name: `${name}-nodes` }));
        ok(waitsFor(istiod, run.one(release, `${name}-istio-base`)));
        ok(waitsFor(run.one(release, `${name}-istio-gateway`), istiod));
      });

      it(`names ${name} and its network, and lets sidecars answer for the peer's Services`, () => {
        const { values } = run.one(release, `${name}-istio-istiod`).inputs;
        equal(values.global.multiCluster.clusterName, name);
        equal(values.global.network, `${name}-network`);
        equal(values.global.meshID, "test");
        equal(values.meshConfig.defaultConfig.proxyMetadata.ISTIO_META_DNS_CAPTURE, "true");
        equal(
          run.one("kubernetes:core/v1:Namespace", `${name}-istio`).inputs.metadata.labels["topology.istio.io/network"],
          `${name}-network`,
        );
      });

      it(`lets the peer in to ${name} by a private load balancer that only it may use`, () => {
        const service = run.one("kubernetes:core/v1:Service", `${name}-istio-gateway`);
        const { metadata, spec } = service.inputs;
        equal(metadata.annotations["service.beta.kubernetes.io/aws-load-balancer-internal"], "true");
        equal(metadata.labels["topology.istio.io/network"], `${name}-network`);
        deepEqual(spec.loadBalancerSourceRanges, [name === "cluster1" ? "10.2.0.0/16" : "10.1.0.0/16"]);
        deepEqual(
          spec.ports.map((port: { port: number; nodePort: number }) => [port.port, port.nodePort]),
          [[15443, 31443]],
        );
        equal(run.one(release, `${name}-istio-gateway`).inputs.values.service.type, "None");
        for (const each of run.all(rule).filter((rule) => rule.name.startsWith(`${name}-ingress-`)))
          ok(waitsFor(service, each));
      });

      it(`tells ${name} of ${peer} by a token, not a program`, () => {
        const remote = run.one(secret, `${name}-istio-remote-${peer}`);
        equal(remote.inputs.metadata.labels["istio/multiCluster"], "true");
        const data = remote.inputs.stringData.value ?? remote.inputs.stringData;
        const kubeconfig = JSON.parse(data[peer]);
        equal(kubeconfig.clusters[0].cluster.server, `https://${peer}.example`);
        equal(kubeconfig.clusters[0].cluster["certificate-authority-data"], `ca-of-${peer}`);
        deepEqual(kubeconfig.users[0].user, { token: `token-${peer}-istio-reader` });
        ok(waitsFor(remote, run.one(release, `${name}-istio-istiod`)));
      });
    }

    it("pins every chart", () => {
      for (const each of run.all(release)) {
        equal(each.inputs.version, "1.31.1", each.name);
        ok(each.inputs.repositoryOpts.repo.startsWith("https://"), each.name);
      }
    });
  });

  it("outputs what a user needs in a few lines, and the rest in one", async () => {
    const { outputs, lab } = run;
    deepEqual(Object.keys(outputs), [
      "backend",
      "cost",
      "vcpus",
      "gateways",
      "addresses",
      "rotation",
      "rootFingerprint",
      "nextRenewal",
      "kubeconfigs",
      "lab",
    ]);
    equal(outputs.backend, "istio");
    match(outputs.cost, /^USD 0\.65 an hour, without traffic and disks/);
    equal(outputs.addresses["redis-cart.boutique"], "redis-cart.boutique.svc.cluster.local:6379");
    match(await resolved(outputs.rootFingerprint), /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    for (const name of names) {
      equal(await resolved(outputs.gateways[name]), `${name}-istio-gateway.elb.example`);
      equal(lab.clusters[name]?.gateway, `${name}-istio-gateway.elb.example`);
      deepEqual(lab.clusters[name]?.mtu, { path: 8500, node: 8500, pod: 8500 });
    }
    for (const secret of ["kubeconfigs", "lab"]) equal(await pulumi.isSecret(outputs[secret]), true, secret);
    deepEqual(await resolved(outputs.kubeconfigs), {
      cluster1: "kubeconfig-of-cluster1",
      cluster2: "kubeconfig-of-cluster2",
    });
  });

  it("keeps kubeconfigs out of what it describes", () => {
    doesNotMatch(JSON.stringify(run.lab), /kubeconfig/);
  });
});

describe("program, configured otherwise", function () {
  this.timeout(60_000);

  it("comes by the internet with public gateways and admits the peers' NAT gateways alone", async () => {
    const run = await runProgram({ interconnect: "internet", exposure: "public" });
    equal(run.all("aws:ec2/vpcPeeringConnection:VpcPeeringConnection").length, 0);
    const service = run.one("kubernetes:core/v1:Service", "cluster1-istio-gateway");
    const internal = "service.beta.kubernetes.io/aws-load-balancer-internal";
    equal(service.inputs.metadata.annotations[internal], undefined);
    // Another exposure is another load balancer.
    deepEqual(service.replaceOnChanges, [`metadata.annotations["${internal}"]`]);
    deepEqual(service.inputs.spec.loadBalancerSourceRanges, ["public-address-of-cluster2-nat/32"]);
    ok(waitsFor(service, { type: "aws:ec2/route:Route", name: "cluster1-public-default" }));
    equal(cniConfiguration(run, "cluster1").env.AWS_VPC_ENI_MTU, "1500");
  });

  it("peers three clusters with each other and joins every ordered pair", async () => {
    const run = await runProgram({ clusters: clustersOf(3) });
    equal(run.all("aws:ec2/vpcPeeringConnection:VpcPeeringConnection").length, 3);
    equal(run.all("multicluster-lab:istio:RemoteSecret").length, 6);
    equal(run.all("pulumi:providers:aws").length, 2);
  });

  it("changes no resource's name when a cluster is added", async () => {
    const two = await runProgram({ clusters: clustersOf(2) });
    const three = await runProgram({ clusters: clustersOf(3) });
    const after = new Set(three.resources.map(({ type, name }) => `${type} ${name}`));
    for (const { type, name } of two.resources) ok(after.has(`${type} ${name}`), `${type} ${name} is gone`);
  });

  for (const [mirror, chart, repo] of [
    ["/mirror/", "/mirror/istiod-1.31.1.tgz", undefined],
    ["https://charts.example", "istiod", "https://charts.example"],
    ["oci://registry.example/charts", "oci://registry.example/charts/istiod", undefined],
  ] as const) {
    it(`takes charts from the mirror ${mirror}`, async () => {
      const run = await runProgram({ charts: JSON.stringify({ mirror }) });
      const { inputs } = run.one(release, "cluster1-istio-istiod");
      equal(inputs.chart, chart);
      equal(inputs.repositoryOpts?.repo, repo);
    });
  }

  it("refuses a bad configuration before it makes anything", async () => {
    await rejects(runProgram({ backend: "isto" }), (error: Error) => {
      ok(pulumi.RunError.isInstance(error));
      match(error.message, /Did you mean "istio"/);
      return true;
    });
  });
});
