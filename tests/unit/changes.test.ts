import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { z } from "zod";
import { fieldsOf } from "../../components/config/schema";
import type { RawConfig } from "../../components/config/validate";
import { type Effect, effects } from "../../components/lab/changes";
import { labSettings } from "../../components/lab/config";
import { changesTo, lastingRecords } from "../../components/lab/lasting";
import { changesBetween } from "../support/changes";
import { clustersOf, planOf } from "../support/config";
import { ExistingClusters } from "../support/existing-clusters";
import { type Run, runProgram } from "../support/mocks";

/** A setting with one of its changes. */
interface Example {
  /** Default: Istio and two clusters, without the demo. */
  readonly before?: RawConfig | (() => RawConfig);
  readonly after: RawConfig | (() => RawConfig);
  /** Types of what is made anew. */
  readonly replaced?: readonly string[];
}

const list = (clusters: string): Record<string, string>[] => JSON.parse(clusters);
const two = list(clustersOf(2));
const withSecond = (change: object): RawConfig => ({ clusters: JSON.stringify([two[0], { ...two[1], ...change }]) });
/** Clusters that are there already; to be filled before the tests. */
let there: ExistingClusters;
const twoThere =
  (change: object | ((number: number) => object) = {}) =>
  () =>
    there.settings(change);
const besideAws =
  (change: object = {}) =>
  () => ({
    clusters: JSON.stringify([two[0], there.entry(1, { ...offTheShelf, ...change })]),
    exposure: "public",
  });
const offTheShelf = {
  egressCidr: "203.0.113.7/32",
  nodeCidr: "172.18.0.0/16",
  endpoint: "https://api.example",
  addresses: ["203.0.113.8"],
};
const nodes = (change: object): RawConfig => ({ nodes: JSON.stringify(change) });
const demo = (change: object): RawConfig => ({ demo: JSON.stringify(change) });
const of = (backend: string, change: object = {}): RawConfig => ({ backend, [backend]: JSON.stringify(change) });

const nodeGroup = "eks:index:ManagedNodeGroup";
const service = "kubernetes:core/v1:Service";
const [rootCertificate, signed, key] = [
  "tls:index/selfSignedCert:SelfSignedCert",
  "tls:index/locallySignedCert:LocallySignedCert",
  "tls:index/privateKey:PrivateKey",
];
const mirrored: RawConfig = { charts: '{"mirror":"/mirror"}' };

/** An example for every setting that has an effect; those that are refused have theirs below. */
const examples: Readonly<Record<string, Example>> = {
  clusters: { before: { clusters: clustersOf(2) }, after: { clusters: clustersOf(3) } },
  "clusters[].context": { before: twoThere(), after: twoThere((number) => ({ context: `again-${number}` })) },
  "clusters[].kubeconfig": { before: twoThere(), after: twoThere(() => ({ kubeconfig: there.copy })) },
  "clusters[].egressCidr": { before: besideAws(), after: besideAws({ egressCidr: "203.0.113.9/32" }) },
  "clusters[].nodeCidr": {
    before: () => ({ ...twoThere()(), ...of("loadbalancer"), ...demo({}) }),
    after: () => ({ ...twoThere({ nodeCidr: "172.18.0.0/24" })(), ...of("loadbalancer"), ...demo({}) }),
  },
  "clusters[].endpoint": { before: besideAws(), after: besideAws({ endpoint: "https://other.example" }) },
  "clusters[].gateways": {
    before: twoThere(),
    after: twoThere({ gateways: "load-balancer-name", addresses: undefined }),
  },
  "clusters[].addresses": { before: besideAws(), after: besideAws({ addresses: ["203.0.113.10"] }) },
  "clusters[].pathMtu": { before: besideAws(), after: besideAws({ pathMtu: 1400 }), replaced: [nodeGroup] },
  kubernetesVersion: { before: { kubernetesVersion: "1.34" }, after: { kubernetesVersion: "1.35" } },
  access: { after: { access: '{"arn:aws:iam::123456789012:role/ops":"view"}' } },
  "nodes.instanceType": { after: nodes({ instanceType: "m5.xlarge" }), replaced: [nodeGroup] },
  "nodes.desired": { after: nodes({ desired: 3 }) },
  "nodes.min": { after: nodes({ min: 2 }) },
  "nodes.max": { after: nodes({ max: 5 }) },
  "nodes.capacity": { after: nodes({ capacity: "spot" }), replaced: [nodeGroup] },
  exposure: { after: { exposure: "public" }, replaced: [nodeGroup, service] },
  adminCidrs: { after: { adminCidrs: '["203.0.113.0/24"]' } },
  "trust.keyAlgorithm": {
    after: { trust: '{"keyAlgorithm":"P384"}' },
    replaced: [key],
  },
  "trust.rootDays": { after: { trust: '{"rootDays":3000}' }, replaced: [rootCertificate] },
  "trust.intermediateDays": { after: { trust: '{"intermediateDays":365}' }, replaced: [signed] },
  "trust.generation": { after: { trust: '{"generation":"1+2"}' } },
  "trust.tokens": { after: { trust: '{"tokens":2}' } },
  "charts.mirror": { after: mirrored },
  "images.registry": { after: { images: '{"registry":"registry.example"}' } },
  "quotas.securityGroupRules": { after: { quotas: '{"securityGroupRules":100}' } },
  "quotas.vcpus": { after: { quotas: '{"vcpus":32}' } },
  tags: { after: { tags: '{"team":"mesh"}' } },
  "demo.enabled": { after: demo({}) },
  "demo.useCases": { before: demo({}), after: demo({ useCases: ["service-to-service"] }), replaced: [service] },
  "demo.front": { before: demo({}), after: demo({ front: "cluster2", back: "cluster1" }), replaced: [service] },
  "demo.back": { before: demo({}), after: demo({ front: "cluster1", back: "cluster1" }), replaced: [service] },
  "demo.placement": { before: demo({}), after: demo({ placement: { adservice: "cluster2" } }), replaced: [service] },
  "demo.affinity": { before: demo({}), after: demo({ affinity: "local" }) },
  "demo.accessControl": { before: demo({}), after: demo({ accessControl: false }) },
  "istio.ports": {
    before: of("istio", { network: "single" }),
    after: of("istio", { network: "single", ports: [9000] }),
  },
  "istio.exposedHosts": { after: of("istio", { exposedHosts: ["redis-cart.boutique.svc.cluster.local"] }) },
  "linkerd.mode": { before: of("linkerd"), after: of("linkerd", { mode: "remote-discovery" }) },
  "linkerd.services": {
    before: { ...of("linkerd"), ...demo({}) },
    after: { ...of("linkerd", { services: { "redis-cart": "remote-discovery" } }), ...demo({}) },
  },
  "linkerd.mirrorInto": { before: of("linkerd"), after: of("linkerd", { mirrorInto: ["cluster1"] }) },
  "linkerd.viz": { before: of("linkerd"), after: of("linkerd", { viz: true }) },
  "cilium.encryption": {
    before: of("cilium"),
    after: of("cilium", { encryption: "wireguard" }),
    replaced: [nodeGroup],
  },
  "cilium.ipsecKey": {
    before: of("cilium", { encryption: "ipsec" }),
    after: of("cilium", { encryption: "ipsec", ipsecKey: 2 }),
  },
  "cilium.sharing": {
    before: { ...of("cilium"), ...demo({}) },
    after: { ...of("cilium", { sharing: "mcs" }), ...demo({}) },
  },
  "cilium.cacheTtl": { before: of("cilium"), after: of("cilium", { cacheTtl: "60s" }) },
  "cilium.hubble": { before: of("cilium"), after: of("cilium", { hubble: true }) },
  "submariner.cableDriver": {
    before: of("submariner"),
    after: of("submariner", { cableDriver: "wireguard" }),
    replaced: [nodeGroup],
  },
  "submariner.gateways": { before: of("submariner"), after: of("submariner", { gateways: 2 }) },
  "submariner.presharedKey": { before: of("submariner"), after: of("submariner", { presharedKey: 2 }) },
  "calisti.exposedHosts": {
    before: { ...of("calisti"), ...mirrored },
    after: { ...of("calisti", { exposedHosts: ["redis-cart.boutique.svc.cluster.local"] }), ...mirrored },
  },
  "calisti.injectedNamespaces": {
    before: { ...of("calisti"), ...mirrored },
    after: { ...of("calisti", { injectedNamespaces: ["shop"] }), ...mirrored },
  },
  "loadbalancer.shared": {
    before: { ...of("loadbalancer"), ...demo({}) },
    after: { ...of("loadbalancer", { shared: [{ name: "a", port: 7, namespace: "shop" }] }), ...demo({}) },
  },
};

/** Changes that a running lab does not bear, and where the message says it. */
const refusals: Readonly<
  Record<string, { readonly before?: RawConfig; readonly after: RawConfig; readonly at: string }>
> = {
  backend: { after: of("linkerd"), at: "backend" },
  "clusters[].name": { after: withSecond({ name: "west" }), at: "clusters.west.name" },
  "clusters[].region": { after: withSecond({ region: "eu-west-1" }), at: "clusters.cluster2.region" },
  "clusters[].vpcCidr": { after: withSecond({ vpcCidr: "10.9.0.0/16" }), at: "clusters.cluster2.vpcCidr" },
  "clusters[].serviceCidr": {
    after: withSecond({ serviceCidr: "172.30.0.0/16" }),
    at: "clusters.cluster2.serviceCidr",
  },
  "clusters[].podCidr": {
    before: of("cilium"),
    after: { ...of("cilium"), ...withSecond({ podCidr: "10.109.0.0/16" }) },
    at: "clusters.cluster2.podCidr",
  },
  "clusters[].zones": {
    after: withSecond({ zones: ["us-west-2b", "us-west-2c"] }),
    at: "clusters.cluster2.zones",
  },
  labName: { after: { labName: "other" }, at: "labName" },
  interconnect: { after: { interconnect: "internet", exposure: "public" }, at: "interconnect" },
  "istio.model": { after: of("istio", { model: "primary-remote" }), at: "istio.model" },
  "istio.primary": {
    before: of("istio", { model: "primary-remote" }),
    after: of("istio", { model: "primary-remote", primary: "cluster2" }),
    at: "istio.primary",
  },
  "istio.dataplane": { after: of("istio", { dataplane: "ambient" }), at: "istio.dataplane" },
  "istio.network": { after: of("istio", { network: "single" }), at: "istio.network" },
  "cilium.datapath": { before: of("cilium"), after: of("cilium", { datapath: "eni" }), at: "cilium.datapath" },
  "cilium.kubeProxyReplacement": {
    before: of("cilium"),
    after: of("cilium", { kubeProxyReplacement: true }),
    at: "cilium.kubeProxyReplacement",
  },
  "cilium.clusterIds": {
    before: of("cilium", { clusterIds: { cluster1: 3 } }),
    after: of("cilium", { clusterIds: { cluster1: 4 } }),
    at: "cilium.clusterIds",
  },
  "submariner.broker": {
    before: of("submariner"),
    after: of("submariner", { broker: "cluster2" }),
    at: "submariner.broker",
  },
  "submariner.globalNumbers": {
    before: of("submariner", { globalnet: true, globalNumbers: { cluster1: 3 } }),
    after: of("submariner", { globalnet: true, globalNumbers: { cluster1: 4 } }),
    at: "submariner.globalNumbers",
  },
  "submariner.globalnet": {
    before: of("submariner"),
    after: of("submariner", { globalnet: true }),
    at: "submariner.globalnet",
  },
};

/** Every setting as docs/settings.md writes it. */
function settingNames(): string[] {
  const below = (path: string, schema: z.ZodType): string[] => {
    const bare = unwrapped(schema);
    const element = bare instanceof z.ZodArray ? unwrapped(bare.element as z.ZodType) : undefined;
    if (element && path === "clusters") return [path, ...ofShape(`${path}[]`, element)];
    return bare instanceof z.ZodObject ? ofShape(path, bare) : [path];
  };
  const ofShape = (path: string, schema: z.ZodType) =>
    Object.entries(fieldsOf(schema)).flatMap(([name, child]) => below(`${path}.${name}`, child));
  return Object.entries(labSettings).flatMap(([name, schema]) => below(name, schema));
}

function unwrapped(schema: z.ZodType): z.ZodType {
  const inner = (schema.def as { innerType?: z.ZodType }).innerType;
  return inner ? unwrapped(inner) : schema;
}

describe("a change of a setting, on a lab that runs", function () {
  this.timeout(60_000);
  const runs = new Map<string, Promise<Run>>();
  before(async () => {
    there = await ExistingClusters.start();
  });
  after(() => there.close());
  const run = (given: RawConfig | (() => RawConfig) = {}) => {
    const settings = typeof given === "function" ? given() : given;
    const id = JSON.stringify(settings);
    const made = runs.get(id) ?? runProgram(settings);
    runs.set(id, made);
    return made;
  };

  it("is known for every setting", () => {
    deepEqual(Object.keys(effects).sort(), settingNames().sort());
    const tried = [...Object.keys(examples), ...Object.keys(refusals)];
    deepEqual(tried.sort(), settingNames().sort());
  });

  for (const [setting, { before, after, replaced = [] }] of Object.entries(examples)) {
    const { kind } = effects[setting] as Effect;
    it(`${setting}: ${kind}`, async () => {
      const changes = await changesBetween(await run(before), await run(after));
      const types = (names: readonly string[]) => [...new Set(names.map((name) => name.split("::")[0]))].sort();
      deepEqual(types(changes.replaced), [...replaced].sort(), changes.replaced.join(", "));
      equal(kind === "replaces", replaced.length > 0);
      const count = Object.values(changes).flat().length;
      equal(count > 0, kind !== "none", "something else changes than the table says");
    });
  }

  for (const [setting, { before = {}, after, at }] of Object.entries(refusals)) {
    it(`${setting}: refused, with the way to do it`, () => {
      const made = new Map(lastingRecords(planOf(before)).map(({ name, settings }) => [name, settings]));
      const found = lastingRecords(planOf(after)).flatMap((record) =>
        changesTo(record, made.get(record.name) ?? record.settings),
      );
      const only = found.find(({ key: place }) => place === at);
      match(only?.problem ?? "", /^cannot change while the lab runs, it was /);
      match(only?.fix ?? "", /pulumi destroy, then pulumi up/);
    });
  }

  it("does not count as one where the order alone is another, or a cluster comes or goes", () => {
    const made = new Map(
      lastingRecords(planOf({ clusters: clustersOf(3) })).map(({ name, settings }) => [name, settings]),
    );
    for (const clusters of [JSON.stringify(list(clustersOf(3)).reverse()), clustersOf(2), clustersOf(4)]) {
      const records = lastingRecords(planOf({ clusters }));
      deepEqual(
        records.flatMap((record) => changesTo(record, made.get(record.name) ?? record.settings)),
        [],
      );
    }
  });

  it("gives the nodes of all clusters another MTU when a third region narrows the path", async () => {
    const near = list(clustersOf(2, ["us-east-1"]));
    const far = { ...list(clustersOf(3))[2], region: "eu-west-1" };
    const [before, after] = [
      await run({ clusters: JSON.stringify(near) }),
      await run({ clusters: JSON.stringify([...near, far]) }),
    ];
    const { replaced } = await changesBetween(before, after);
    deepEqual(replaced.toSorted(), [`${nodeGroup}::cluster1-nodes`, `${nodeGroup}::cluster2-nodes`]);
    deepEqual(after.one(nodeGroup, "cluster1-nodes").inputs.labels, { "multicluster-lab/mtu": "8500" });
  });

  it("is refused by the program before it makes anything, by what the state keeps", async () => {
    const { kept } = await run(withSecond({}));
    deepEqual(Object.keys(kept).sort(), [
      ...["cluster/cluster1", "cluster/cluster2", "lab", "network/10.1.0.0/16", "network/10.2.0.0/16"],
      ...["trust.generation/at/1", "trust.generation/from/1"],
    ]);
    await rejects(runProgram(withSecond({ serviceCidr: "172.30.0.0/16" }), { made: kept }), (error: Error) => {
      match(error.message, /clusters\.cluster2\.serviceCidr: cannot change .* it was "172\.21\.0\.0\/16"/);
      ok(!/\n\s+at /.test(error.message));
      return true;
    });
  });
});
