/** Clusters that are there already: what settings must say of them, what they themselves say, and what is made. */

import { deepEqual, equal, match, ok, rejects, throws } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import type { RawConfig } from "../../components/config/validate";
import { configOf, planOf } from "../support/config";
import { ExistingClusters } from "../support/existing-clusters";
import { type Run, runProgram } from "../support/mocks";

const service = "kubernetes:core/v1:Service";
const eks = { name: "aws", region: "us-east-1", vpcCidr: "10.1.0.0/16", serviceCidr: "172.20.0.0/16" };
const there = {
  name: "there",
  context: "kind-there",
  podCidr: "10.244.0.0/16",
  serviceCidr: "10.96.0.0/16",
  egressCidr: "203.0.113.7/32",
};
const clusters = (...entries: readonly object[]): RawConfig => ({ clusters: JSON.stringify(entries) });
const other = { ...there, name: "other", context: "other", podCidr: "10.245.0.0/16", serviceCidr: "10.97.0.0/16" };

describe("settings of clusters that are there already", () => {
  const refused: readonly (readonly [title: string, settings: RawConfig, said: RegExp])[] = [
    [
      "what only clusters of the lab have",
      clusters({ ...there, region: "us-east-1" }, other),
      /clusters\[0\]\.region: is of clusters that the lab makes/,
    ],
    [
      "what only clusters that are there have",
      clusters({ ...eks, addresses: ["1.2.3.4"] }, other),
      /clusters\[0\]\.addresses: is of clusters that are there already/,
    ],
    [
      "a field that nobody has, with those of its kind",
      clusters({ ...there, podcidr: "" }, other),
      /clusters\[0\]\.podcidr: there is no such setting\n?.*Did you mean clusters\[0\]\.podCidr/s,
    ],
    ["no pods' addresses", clusters({ ...there, podCidr: undefined }, other), /clusters\[0\]\.podCidr: is missing/],
    [
      "no addresses for node ports",
      clusters({ ...there, gateways: "node-ports" }, other),
      /clusters\[0\]\.addresses: is missing/,
    ],
    [
      "addresses without node ports",
      clusters({ ...there, addresses: ["203.0.113.9"] }, other),
      /clusters\[0\]\.addresses: are where node ports answer/,
    ],
    [
      "this machine as an endpoint",
      clusters({ ...there, endpoint: "https://127.0.0.1:6443" }, other),
      /clusters\[0\]\.endpoint: not a URL by which another machine reaches it/,
    ],
    [
      "one context twice",
      clusters(there, { ...other, context: "kind-there" }),
      /clusters\[1\]\.context: another entry has this context/,
    ],
    [
      "addresses in common",
      clusters(there, { ...other, podCidr: there.podCidr }),
      /clusters\[1\]\.podCidr: overlaps clusters\[0\]\.podCidr/,
    ],
    [
      "private gateways beside AWS",
      clusters(there, eks),
      /exposure: clusters that are there already reach those on AWS over the internet alone/,
    ],
    [
      "addresses off the internet beside AWS",
      { ...clusters({ ...there, egressCidr: "192.168.1.0/24" }, eks), exposure: "public" },
      /clusters\[0\]\.egressCidr: is in 192\.168\.0\.0\/16.*peers on AWS do not reach it/,
    ],
    [
      "administrators off the internet beside AWS",
      { ...clusters(there, eks), exposure: "public", adminCidrs: '["10.0.0.0/8"]' },
      /adminCidrs\[0\]: .*EKS takes no such range/,
    ],
    [
      "Cilium",
      { ...clusters(there, other), backend: "cilium" },
      /clusters\[0\]\.context: Cilium does not join clusters that are there already/,
    ],
    [
      "Submariner",
      { ...clusters(there, other), backend: "submariner" },
      /clusters\[0\]\.context: Submariner does not join clusters that are there already/,
    ],
    [
      "Calisti",
      { ...clusters(there, other), backend: "calisti", charts: '{"mirror":"m"}' },
      /clusters\[0\]\.context: Calisti.* does not join clusters that are there already/,
    ],
    [
      "Linkerd pod to pod",
      { ...clusters(there, other), backend: "linkerd", linkerd: '{"mode":"remote-discovery"}' },
      /backend: as Linkerd is set, pods of the peers call those of/,
    ],
  ];
  for (const [title, settings, said] of refused) {
    it(`refuse ${title}`, () => {
      throws(() => configOf(settings), said);
    });
  }

  it("take people of any network where nothing is on AWS", () => {
    deepEqual(configOf({ ...clusters(there, other), adminCidrs: '["192.168.0.0/16"]' }).adminCidrs, ["192.168.0.0/16"]);
  });
});

describe("plan with clusters that are there already", () => {
  it("has nothing for AWS where none is", () => {
    const { clusters: planned, price, vcpus, pairs } = planOf(clusters(there, { ...other, pathMtu: 1400 }));
    deepEqual(
      planned.flatMap(({ ingressRules, apiSources }) => [...ingressRules, ...apiSources]),
      [],
    );
    deepEqual([price.perHour, vcpus.length], [0, 0]);
    deepEqual(
      pairs.map(({ path }) => path.bytes),
      [1400],
    );
  });

  it("lets them in to clusters on AWS from where they come, and nobody to theirs", () => {
    const { clusters: planned } = planOf({ ...clusters(there, eks), exposure: "public" });
    const [aws, existing] = planned;
    ok(aws && existing);
    const from = { kind: "cidr", cidr: "203.0.113.7/32" };
    ok(
      aws.ingressRules.some(
        ({ source, traffic }) => JSON.stringify(source) === JSON.stringify(from) && traffic.protocol === "tcp",
      ),
    );
    ok(aws.apiSources.some((source) => JSON.stringify(source) === JSON.stringify(from)));
    deepEqual(aws.balancers[0]?.sources, [from]);
    deepEqual(existing.balancers[0]?.sources, [{ kind: "natAddress", cluster: "aws" }]);
    deepEqual([existing.ingressRules, aws.mtu.path], [[], 1500]);
  });
});

describe("a program with clusters that are there already", function () {
  this.timeout(60_000);
  let two: ExistingClusters;
  beforeEach(async () => {
    two = await ExistingClusters.start();
  });
  afterEach(() => two.close());

  const typesOf = ({ resources }: Run) => [...new Set(resources.map(({ type }) => type.split(":")[0]))].sort();

  it("makes nothing on AWS, and no provider of it", async () => {
    const run = await runProgram(two.settings());
    deepEqual(
      typesOf(run).filter((name) => name === "aws" || name === "eks"),
      [],
    );
    const providers = run.all("pulumi:providers:kubernetes").map(({ inputs }) => inputs);
    deepEqual(
      providers.map(({ kubeconfig, context, clusterIdentifier }) => [kubeconfig, context, clusterIdentifier]),
      [
        [two.kubeconfig, "kind-1", "uid-1"],
        [two.kubeconfig, "kind-2", "uid-2"],
      ],
    );
    ok(run.resources.every(({ type }) => !type.includes("providers:aws")));
  });

  it("tells istiod where node ports are, and peers where the API server is", async () => {
    const run = await runProgram(two.settings());
    const { global, meshConfig } = run.one("kubernetes:helm.sh/v3:Release", "there1-istio-istiod").inputs.values;
    // In every namespace that it looks at istiod leaves something.
    deepEqual(
      meshConfig.discoverySelectors.map(({ matchLabels }: { matchLabels: object }) => Object.keys(matchLabels)),
      [["istio-injection"], ["kubernetes.io/metadata.name"]],
    );
    deepEqual(global.meshNetworks["there2-network"], {
      endpoints: [{ fromRegistry: "there2" }],
      gateways: [{ address: "172.18.0.2", port: 31443 }],
    });
    const { spec } = run.one(service, "there1-istio-gateway").inputs;
    deepEqual([spec.type, spec.loadBalancerSourceRanges], ["NodePort", undefined]);
    const { stringData } = run.one("kubernetes:core/v1:Secret", "there1-istio-remote-there2").inputs;
    match(JSON.stringify(stringData), /server[\\":]+https:\/\/172\.18\.0\.2:6443\\"/);
    deepEqual(run.lab.clusters.there1?.gatewayPorts, { 15443: 31443 });
    equal(run.lab.clusters.there1?.context, "kind-1");
  });

  it("gives plain load balancers names that lead to node ports", async () => {
    const run = await runProgram({ ...two.settings(), backend: "loadbalancer", demo: "{}" });
    const slices = run.all("kubernetes:discovery.k8s.io/v1:EndpointSlice").map(({ inputs }) => inputs);
    const redis = slices.find(({ metadata }) => metadata.name === "redis-cart-there1");
    ok(redis, slices.map(({ metadata }) => metadata.name).join(", "));
    deepEqual(
      redis.endpoints.map(({ addresses }: { addresses: string[] }) => addresses),
      [["172.18.0.1"]],
    );
    const alias = run
      .all(service)
      .find(({ inputs }) => inputs.metadata.name === "redis-cart-there1" && !inputs.spec.selector);
    deepEqual(alias?.inputs.spec.ports, [{ name: "tcp", port: 6379, targetPort: redis.ports[0].port }]);
  });

  it("gives Linkerd's Links the node ports", async () => {
    const run = await runProgram({ ...two.settings(), backend: "linkerd" });
    const links = run.resources.filter(({ inputs }) => inputs.kind === "Link");
    links.sort((one, another) => one.name.localeCompare(another.name));
    deepEqual(
      links.map(({ inputs: { spec } }) => [spec.gatewayAddress, spec.gatewayPort, spec.probeSpec.port]),
      [
        ["172.18.0.2", "31143", "31191"],
        ["172.18.0.1", "31143", "31191"],
      ],
    );
  });

  it("has Helm take away with the lab what charts want to keep", async () => {
    const postrender = async (settings: RawConfig, name: string) =>
      (await runProgram(settings)).one("kubernetes:helm.sh/v3:Release", name).inputs.postrender;
    const script = await postrender(two.settings(), "there1-istio-base");
    const kept = "metadata:\n  annotations:\n    helm.sh/resource-policy: keep\n  name: kept\n";
    equal(execFileSync(resolve(script), { input: kept }).toString(), "metadata:\n  annotations:\n  name: kept\n");
    equal(await postrender({}, "cluster1-istio-base"), undefined);
  });

  it("joins one with a cluster that it makes", async () => {
    const one = two.entry(1, {
      egressCidr: "203.0.113.7/32",
      nodeCidr: "172.18.0.0/16",
      endpoint: "https://api.example",
      addresses: ["203.0.113.8"],
    });
    const run = await runProgram({ ...clusters(one, eks), exposure: "public" });
    deepEqual(
      run.all("eks:index:Cluster").map(({ name }) => name),
      ["aws"],
    );
    deepEqual(run.all("aws:ec2/vpcPeeringConnection:VpcPeeringConnection"), []);
    deepEqual(
      run
        .all("kubernetes:core/v1:Secret")
        .filter(({ name }) => name.includes("remote"))
        .map(({ name }) => name)
        .sort(),
      ["aws-istio-remote-there1", "there1-istio-remote-aws"],
    );
  });

  const stands: readonly (readonly [
    title: string,
    change: (two: ExistingClusters) => object | undefined,
    said: RegExp,
  ])[] = [
    ["a context that is not there", () => ({ context: "kind-9" }), /clusters\.there1\.context: is no context of/],
    [
      "a kubeconfig that is not there",
      () => ({ kubeconfig: "/nowhere/config" }),
      /clusters\.there1\.kubeconfig: cannot be read/,
    ],
    [
      "loopback where peers would have to come",
      () => ({ endpoint: undefined }),
      /clusters\.there1\.endpoint: is missing: the kubeconfig leads to https:\/\/127\.0\.0\.1/,
    ],
    [
      "no certificate of the API server",
      (all) => void all.write({ "certificate-authority-data": undefined, "insecure-skip-tls-verify": true }),
      /clusters\.there1\.context: the kubeconfig has no certificate authority/,
    ],
    [
      "a user without rights",
      (all) => void Object.assign(all.said(1), { mayEverything: false }),
      /clusters\.there1\.context: its user may not do everything/,
    ],
    [
      "an old Kubernetes",
      (all) => void Object.assign(all.said(1), { version: "v1.28.3" }),
      /runs Kubernetes v1\.28\.3, and Istio does not support it/,
    ],
    [
      "other Services' addresses",
      (all) => void Object.assign(all.said(1), { serviceCidrs: ["10.43.0.0/16"] }),
      /clusters\.there1\.serviceCidr: its Services have addresses of 10\.43\.0\.0\/16/,
    ],
    [
      "other Services' addresses, of an API server that tells none",
      (all) => void Object.assign(all.said(1), { serviceCidrs: undefined, serviceAddress: "10.43.0.1" }),
      /a network with 10\.43\.0\.1/,
    ],
    [
      "other pods' addresses",
      (all) => void Object.assign(all.said(1).nodes[0] ?? {}, { podCidr: "10.42.0.0/24" }),
      /clusters\.there1\.podCidr: its nodes give pods addresses of 10\.42\.0\.0\/24/,
    ],
    [
      "nodes elsewhere",
      (all) => void Object.assign(all.said(1).nodes[0] ?? {}, { address: "192.168.7.2" }),
      /clusters\.there1\.egressCidr: its nodes have the addresses 192\.168\.7\.2/,
    ],
    ["no nodes", (all) => void Object.assign(all.said(1), { nodes: [] }), /the cluster has no nodes/],
    [
      "a mesh that is there",
      (all) => void Object.assign(all.said(1).namespaces, { "istio-system": undefined }),
      /has the namespace istio-system already, and it is not the lab's/,
    ],
    [
      "another lab",
      (all) => void Object.assign(all.said(1).namespaces, { "istio-system": "prod" }),
      /has the namespace istio-system already, of the lab prod/,
    ],
    [
      "what another mesh left",
      (all) => void all.said(1).definitions.push("gateways.networking.istio.io"),
      /the cluster has 1 of the custom resource definitions that Istio brings/,
    ],
    [
      "one cluster by two contexts",
      (all) => void Object.assign(all.said(2), { uid: "uid-1" }),
      /clusters\.there2\.context: leads to the same cluster as that of there1/,
    ],
  ];
  for (const [title, change, said] of stands) {
    it(`refuses ${title}, before anything is made`, async () => {
      const changed = change(two);
      const settings = changed ? clusters(two.entry(1, changed), two.entry(2)) : two.settings();
      await rejects(runProgram({ ...two.settings(), ...settings }), said);
    });
  }

  it("refuses processors that the demo has no images for", async () => {
    Object.assign(two.said(1).nodes[0] ?? {}, { architecture: "arm64" });
    await rejects(runProgram({ ...two.settings(), demo: "{}" }), /is of the architecture arm64/);
    await runProgram(two.settings());
  });

  it("finds its own namespaces and definitions on the next up", async () => {
    for (const number of [1, 2]) {
      Object.assign(two.said(number).namespaces, { "istio-system": "test" });
      two.said(number).definitions.push("gateways.networking.istio.io");
    }
    await runProgram(two.settings());
  });

  it("says what several clusters say at once", async () => {
    two.said(1).mayEverything = false;
    two.said(2).version = "v1.20.0";
    await rejects(runProgram(two.settings()), /there1\.context.*there2\.context/s);
  });
});
