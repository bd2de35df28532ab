import { deepEqual, equal, match, ok } from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { gatewayLabel, mssAnnotation } from "../../components/backends/submariner/names";
import { submarinerProfile } from "../../components/backends/submariner/profile";
import { wireguardKey } from "../../components/backends/submariner/wireguard-key";
import { ConfigError } from "../../components/base/config-mistakes";
import type { RawConfig } from "../../components/config/validate";
import { trafficText } from "../../components/plan/flows";
import { configOf, planOf, seenConfig } from "../support/config";
import { type Run, rowOf, runProgram } from "../support/mocks";

const release = "kubernetes:helm.sh/v3:Release";
const names = ["cluster1", "cluster2"] as const;
const peerOf = { cluster1: "cluster2", cluster2: "cluster1" } as const;

function settings(submariner: object = {}, more: RawConfig = {}): RawConfig {
  return { backend: "submariner", submariner: JSON.stringify(submariner), ...more };
}

/** Two clusters in one region, the second with the given changes. */
function clusters(changes: object = {}): string {
  const cluster = (index: number) => ({
    name: `cluster${index}`,
    region: "us-east-1",
    vpcCidr: `10.${index}.0.0/16`,
    serviceCidr: `172.${19 + index}.0.0/16`,
    podCidr: `10.10${index}.0.0/16`,
  });
  return JSON.stringify([cluster(1), { ...cluster(2), ...changes }]);
}

function mistakesIn(config: RawConfig) {
  try {
    configOf(config);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}

/** What the second cluster admits from the first, without what every lab admits. */
function admitted(config: RawConfig): string[] {
  const [, second] = planOf(config).clusters;
  return (second?.ingressRules ?? [])
    .filter(({ traffic }) => traffic.protocol !== "icmp")
    .map(
      ({ traffic, source }) => `${trafficText(traffic)} from ${source.kind === "cidr" ? source.cidr : source.cluster}`,
    )
    .sort();
}

/** What is in a secret, or in what is none. */
// biome-ignore lint/suspicious/noExplicitAny: inputs are as different as resources.
const opened = (given: any) => given.value ?? given;

/** The pre-shared key in a cluster's Secret. */
function keyOf(run: Run, cluster: string): string {
  return opened(opened(run.one("kubernetes:core/v1:Secret", `${cluster}-submariner-key`).inputs.data).psk);
}

describe("Submariner: warnings", () => {
  it("say before anything is built that vxlan does not encrypt, and nothing of the others", () => {
    const warnings = (cableDriver: string) => submarinerProfile.warnings?.(seenConfig(settings({ cableDriver }))) ?? [];
    match(warnings("vxlan").join(), /cableDriver vxlan does not encrypt/);
    deepEqual([...warnings("libreswan"), ...warnings("wireguard")], []);
  });
});

describe("Submariner: plan", () => {
  const peered = (...traffic: string[]) => traffic.map((each) => `${each} from 10.1.0.0/16`);
  const open = (...traffic: string[]) => traffic.map((each) => `${each} from 0.0.0.0/0`);
  const internet = { interconnect: "internet", exposure: "public" };
  const cases = [
    ["libreswan", {}, peered("esp", "udp 4490", "udp 4500", "udp 500"), 8420],
    ["wireguard", {}, peered("udp 4490", "udp 4500"), 1420],
    ["vxlan", {}, peered("udp 4490", "udp 4500"), 8450],
    ["libreswan", internet, open("udp 4490", "udp 4500"), 1420],
    ["wireguard", internet, open("udp 4490", "udp 4500"), 1420],
  ] as const;
  for (const [cableDriver, more, rules, mtu] of cases) {
    it(`lets gateways meet by ${cableDriver} ${"interconnect" in more ? "over the internet" : "over peering"}, and makes room for it`, () => {
      const config = settings({ cableDriver }, more);
      deepEqual(admitted(config), rules);
      for (const cluster of planOf(config).clusters) {
        equal(cluster.mtu.pod, mtu);
        equal(cluster.mtu.node, 9001);
      }
    });
  }

  it("leaves room for both encapsulations on the widest path, where the one inside of the cluster is the narrower", () => {
    const inOneRegion = { clusters: clusters() };
    equal(planOf(settings({ cableDriver: "vxlan" }, inOneRegion)).clusters[0]?.mtu.pod, 8951);
    equal(planOf(settings({ cableDriver: "libreswan" }, inOneRegion)).clusters[0]?.mtu.pod, 8921);
  });

  it("opens the broker's API server to the members, and no other", () => {
    const [broker, member] = planOf(settings()).clusters;
    ok(broker?.apiSources.some((source) => source.kind === "natAddress" && source.cluster === "cluster2"));
    ok(!member?.apiSources.some((source) => source.kind === "natAddress"));
    const overInternet = planOf(settings({}, internet)).clusters;
    deepEqual(overInternet[0]?.apiSources, [{ kind: "cidr", cidr: "0.0.0.0/0" }]);
    deepEqual(overInternet[1]?.apiSources, [{ kind: "cidr", cidr: "198.51.100.0/24" }]);
  });

  it("counts gateway nodes and their public addresses in the price", () => {
    const price = (config: RawConfig) => planOf(config).price.items.map(({ what, count }) => `${count} ${what}`);
    ok(price(settings({ gateways: 2 })).includes("8 t3a.large node"));
    ok(price(settings({ gateways: 2 }, internet)).includes("6 public IPv4 address"));
  });
});

describe("Submariner: configuration", () => {
  const shared = { clusters: clusters({ podCidr: "10.101.0.0/16" }) };

  it("refuses pods of two clusters at one address, and names both ways out", () => {
    const [mistake, ...others] = mistakesIn(settings({}, shared));
    equal(others.length, 0);
    equal(mistake?.key, "clusters[1].podCidr");
    match(mistake?.fix ?? "", /share no address, or set submariner\.globalnet/);
  });

  it("takes them with Globalnet, but no overlap within a cluster or of VPCs", () => {
    deepEqual(mistakesIn(settings({ globalnet: true }, shared)), []);
    deepEqual(mistakesIn(settings({ globalnet: true }, { clusters: clusters({ serviceCidr: "172.20.0.0/16" }) })), []);
    const vpc = mistakesIn(settings({ globalnet: true }, { clusters: clusters({ vpcCidr: "10.1.0.0/16" }) }));
    deepEqual(
      vpc.map(({ key }) => key),
      ["clusters[1].vpcCidr"],
    );
  });

  for (const [what, config, key, problem] of [
    [
      "vxlan over the internet",
      settings({ cableDriver: "vxlan" }, { interconnect: "internet", exposure: "public" }),
      "submariner.cableDriver",
      /neither encrypts/,
    ],
    ["an unknown cable", settings({ cableDriver: "wiregard" }), "submariner.cableDriver", /not allowed/],
    ["three gateways", settings({ gateways: 3 }), "submariner.gateways", /above 2/],
    [
      "pods without addresses",
      settings({}, { clusters: clusters({ podCidr: undefined }) }),
      "clusters[1].podCidr",
      /is missing/,
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      const found = mistakesIn(config).find((each) => each.key === key);
      match(found?.problem ?? "", problem);
    });
  }
});

describe("Submariner: program", () => {
  let run: Run;
  before(async function () {
    this.timeout(60_000);
    run = await runProgram(settings());
  });

  for (const name of names) {
    const peer = peerOf[name];
    const range = { cluster1: "10.102.0.0", cluster2: "10.101.0.0" }[name];

    it(`networks ${name} by Calico, before there are nodes, and never hides what goes to ${peer}`, () => {
      const cluster = run.one("eks:index:Cluster", name);
      equal(cluster.inputs.useDefaultVpcCni, true);
      const calico = run.one(release, `${name}-calico`);
      equal(calico.inputs.skipAwait, true);
      const { calicoNetwork, cni } = calico.inputs.values.installation;
      equal(cni.type, "Calico");
      equal(calicoNetwork.mtu, 8420);
      const tolerated = calico.inputs.values.tolerations.map(({ key }: { key?: string }) => key);
      ok(tolerated.includes("node.kubernetes.io/not-ready"), "there would be no network on the first node");
      ok(!tolerated.includes(undefined) && !tolerated.includes("node.kubernetes.io/unschedulable"), "it comes back");
      deepEqual(calico.inputs.values.defaultFelixConfiguration, { enabled: true, awsSrcDstCheck: "Disable" });
      const [own, ...remote] = calicoNetwork.ipPools;
      equal(own.encapsulation, "VXLAN");
      equal(remote.length, 2);
      equal(remote[0].name, `submariner-${peer}-${range}-16`);
      for (const pool of remote) deepEqual([pool.natOutgoing, pool.disableNewAllocations], ["Disabled", true]);
      for (const group of ["nodes", "gateways"]) {
        const made = run.one("eks:index:ManagedNodeGroup", `${name}-${group}`);
        ok(made.dependencies.some((urn) => urn.endsWith(`${release}::${name}-calico`)));
      }
    });

    it(`makes a gateway node in ${name}'s private subnets and writes the segment size on it`, () => {
      const { inputs } = run.one("eks:index:ManagedNodeGroup", `${name}-gateways`);
      deepEqual(inputs.labels, { [gatewayLabel]: "true", "multicluster-lab/mtu": "8420" });
      deepEqual(inputs.scalingConfig, { desiredSize: 1, minSize: 1, maxSize: 1 });
      deepEqual(inputs.subnetIds, [`${name}-private-0-id`, `${name}-private-1-id`]);
      const mss = run.one("kubernetes:apps/v1:DaemonSet", `${name}-submariner-mss`);
      const [annotate] = mss.inputs.spec.template.spec.initContainers;
      ok(annotate.command.includes(`${mssAnnotation}=8380`));
      equal(mss.inputs.spec.template.spec.hostNetwork, true, "the route agent would be first");
    });

    it(`gives ${name} an account of its own, the broker's address and CA, and the common key`, () => {
      const operator = run.one(release, `${name}-submariner`);
      const { values } = operator.inputs;
      equal(values.submariner.clusterId, name);
      equal(values.submariner.cableDriver, "libreswan");
      equal(values.submariner.natEnabled, false);
      equal(values.broker.server, "cluster1.example:443");
      equal(values.ipsec, undefined, "libreswan reads the Secret");
      equal(
        run.one("kubernetes:core/v1:ServiceAccount", `cluster1-broker-${name}`).inputs.metadata.name,
        `cluster-${name}`,
      );
      const data = opened(run.one("kubernetes:core/v1:Secret", `${name}-submariner-broker`).inputs.data);
      equal(Buffer.from(data.token, "base64").toString(), `token-cluster1-broker-${name}`);
    });

    it(`ends the Submariner resource of ${name} before its operator`, () => {
      const lifetime = run.one("kubernetes:core/v1:ConfigMap", `${name}-submariner-lifetime`);
      ok(lifetime.dependencies.some((urn) => urn.endsWith(`${release}::${name}-submariner`)));
      const patch = run.one("kubernetes:submariner.io/v1alpha1:SubmarinerPatch", `${name}-submariner`);
      const [owner] = patch.inputs.metadata.ownerReferences;
      deepEqual([owner.kind, owner.blockOwnerDeletion], ["ConfigMap", true]);
      deepEqual(patch.inputs.spec, {
        brokerK8sSecret: "submariner-broker",
        ceIPSecPSKSecret: "submariner-preshared-key",
        // Nobody has to be asked for an address that peers do not need.
        airGappedDeployment: true,
      });
    });

    it(`sends clusterset.local of ${name} to Lighthouse by the add-on's own configuration`, () => {
      const address = name === "cluster1" ? "172.20.0.11" : "172.21.0.11";
      const { corefile } = JSON.parse(run.one("aws:eks/addon:Addon", `${name}-coredns`).inputs.configurationValues);
      match(corefile, new RegExp(`^clusterset\\.local:53 \\{[^}]*forward \\. ${address}\n`));
      match(corefile, /^\.:53 \{/m);
      equal(run.one("kubernetes:core/v1:Service", `${name}-submariner-dns`).inputs.spec.clusterIP, address);
      const { coreDNSCustomConfig } = run.one(release, `${name}-submariner`).inputs.values.submariner;
      equal(coreDNSCustomConfig.namespace, "submariner-operator");
    });
  }

  it("gives all clusters one key, which is no certificate's, and puts it into no value of a chart", () => {
    const plain = names.map((name) => keyOf(run, name));
    equal(Buffer.from(plain[0] ?? "", "base64").length, 48);
    equal(plain[0], plain[1]);
    for (const each of run.all(release)) ok(!JSON.stringify(each.inputs).includes(plain[0] ?? "?"), each.name);
  });

  it("has another digest for WireGuard of every key, and none that shows it", () => {
    const [one, other] = [keyOf(run, "cluster1"), Buffer.alloc(48).toString("base64")];
    const digests = [one, other].map(wireguardKey);
    equal(new Set([...digests, one, other]).size, 4);
    for (const digest of digests) equal(Buffer.from(digest, "base64").length, 32);
  });

  it("says what the trust anchor does not vouch for", async () => {
    match(run.outputs.trustNote, /pre-shared key/);
    equal(rowOf(run, "redis-cart").address, "redis-cart.boutique.svc.clusterset.local:6379");
    match(run.lab.clusters.cluster1?.gateway ?? "", /submariner\.io\/gateway=true/);
    equal(await pulumi.isSecret(run.outputs.kubeconfigs), true);
  });

  it("puts two gateways into public subnets for the internet, with global addresses if asked", async function () {
    this.timeout(60_000);
    const other = await runProgram(
      settings(
        { gateways: 2, cableDriver: "wireguard", globalnet: true, presharedKey: 7 },
        { interconnect: "internet", exposure: "public" },
      ),
    );
    const { inputs } = other.one("eks:index:ManagedNodeGroup", "cluster2-gateways");
    deepEqual(inputs.subnetIds, ["cluster2-public-0-id", "cluster2-public-1-id"]);
    equal(inputs.scalingConfig.desiredSize, 2);
    for (const subnet of other.all("aws:ec2/subnet:Subnet")) {
      equal(subnet.inputs.mapPublicIpOnLaunch, subnet.name.includes("-public-") ? true : undefined, subnet.name);
    }
    const { submariner, broker, serviceAccounts, ipsec } = opened(
      other.one(release, "cluster2-submariner").inputs.values,
    );
    deepEqual(
      [submariner.natEnabled, submariner.globalCidr, submariner.cableDriver],
      [true, "242.236.0.0/16", "wireguard"],
    );
    deepEqual([broker.globalnet, serviceAccounts.globalnet.create], [true, true]);
    const pools = other.one(release, "cluster1-calico").inputs.values.installation.calicoNetwork.ipPools;
    deepEqual(
      pools.slice(1).map(({ cidr }: { cidr: string }) => cidr),
      ["242.236.0.0/16"],
    );
    ok(other.one("tls:index/privateKey:PrivateKey", "preshared-key-7"));
    equal(ipsec.psk, wireguardKey(keyOf(other, "cluster2")), "WireGuard reads no Secret");
    ok(other.one(release, "cluster2-submariner").inputs.values.value, "its digest is in clear in the state");
  });
});
