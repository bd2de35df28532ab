import assert from "node:assert/strict";
import type { KubeObject } from "../../checks/kube/client";
import { AwsAccount } from "../../rehearsal/aws/account/account";
import { AwsClock } from "../../rehearsal/aws/account/clock";
import type { NetworkInterface } from "../../rehearsal/aws/ec2/items";
import { createSecurityGroup, newRule, rulesOf } from "../../rehearsal/aws/ec2/security-groups";
import { deleteSubnet } from "../../rehearsal/aws/ec2/vpc";
import { createAddon } from "../../rehearsal/aws/eks/addons";
import { resumeBalancers } from "../../rehearsal/aws/eks/balancer-times";
import { deleteCluster } from "../../rehearsal/aws/eks/clusters";
import type { Cluster, Instance, LoadBalancer } from "../../rehearsal/aws/eks/items";
import { deleteNodeGroup } from "../../rehearsal/aws/eks/node-groups";
import { eventually, region, world } from "./eks-fakes";

type World = Awaited<ReturnType<typeof world>>;

const ref = { apiVersion: "v1", kind: "Service", namespace: "mesh", name: "gateway" };
const annotation = (name: string) => `service.beta.kubernetes.io/aws-load-balancer-${name}`;

function service(annotations: Record<string, string>, spec: object = {}): KubeObject {
  return {
    ...ref,
    metadata: { namespace: "mesh", name: "gateway", annotations },
    spec: { type: "LoadBalancer", ports: [{ port: 15443, nodePort: 31443 }], ...spec },
  };
}

function hostname({ kube }: World): Promise<string> {
  return eventually(async () => {
    const status = (await kube().get(ref))?.status as
      | { loadBalancer?: { ingress?: { hostname: string }[] } }
      | undefined;
    return status?.loadBalancer?.ingress?.[0]?.hostname;
  });
}

function warning({ kube }: World): Promise<string> {
  return eventually(async () => (await kube().list("v1", "Event")).map(({ message }) => `${message}`)[0]);
}

function rules({ account }: World, cluster: Cluster): string[] {
  return rulesOf(account, cluster.clusterSecurityGroupId)
    .filter(({ isEgress, permission }) => !isEgress && permission.cidrIpv4)
    .map(
      ({ permission: { ipProtocol, fromPort, toPort, cidrIpv4 } }) => `${ipProtocol} ${fromPort}-${toPort} ${cidrIpv4}`,
    )
    .sort();
}

describe("load balancers of Services in the emulated EKS", () => {
  let lab: World;
  let cluster: Cluster;
  const start = async (options: Parameters<typeof world>[0] = {}) => {
    lab = await world(options);
    cluster = await lab.cluster();
    await createAddon(lab.eks, region, {
      clusterName: "one",
      addonName: "vpc-cni",
      version: undefined,
      configurationValues: undefined,
      serviceAccountRoleArn: undefined,
      podIdentities: [],
      resolveConflicts: "OVERWRITE",
      tags: {},
    });
    return lab.nodes();
  };
  const balancers = () => lab.account.list<LoadBalancer>("load-balancer");
  const interfacesOfBalancer = () =>
    lab.account.list<NetworkInterface>("network-interface", ({ description }) => description.startsWith("ELB "));
  afterEach(() => lab.eks.close());

  it("wear the tags that their Service asks for, as the controller takes them apart", async () => {
    await start();
    const asked = "owner=team-a, cost centre=42/7,plain,cut=a=b";
    await lab.kube().create(service({ [annotation("type")]: "nlb", [annotation("additional-resource-tags")]: asked }));
    await hostname(lab);
    const [{ tags } = { tags: {} }] = balancers();
    assert.deepEqual(tags, {
      owner: "team-a",
      "cost centre": "42/7",
      plain: "",
      cut: "a",
      "kubernetes.io/cluster/one": "owned",
      "kubernetes.io/service-name": "mesh/gateway",
    });
  });

  it("come with interfaces, an address and rules, and go without leaving anything", async () => {
    await start();
    const before = lab.account.leftovers();
    await lab.kube().create(service({ [annotation("type")]: "nlb" }));
    assert.match(await hostname(lab), /^a[0-9a-f]{31}-[0-9a-f]{16}\.elb\.eu-west-1\.amazonaws\.com$/);
    const made = interfacesOfBalancer();
    assert.deepEqual(made.map(({ subnetId }) => subnetId).sort(), [...lab.network.public].sort());
    assert.ok(made.every(({ publicIp }) => publicIp));
    assert.deepEqual(rules(lab, cluster), ["icmp 3-4 0.0.0.0/0", "tcp 31443-31443 0.0.0.0/0"]);

    await lab.kube().delete(ref);
    await eventually(async () => ((await lab.kube().get(ref)) ? undefined : true));
    assert.deepEqual(rules(lab, cluster), []);
    await eventually(() => (interfacesOfBalancer().length === 0 ? true : undefined));
    assert.deepEqual(lab.account.leftovers(), before);
  });

  it("have their name before they pass traffic, and let go of their interfaces after their Service is gone", async () => {
    // Slow enough that one sees what is between.
    await start({ speed: 1000 });
    await lab.kube().create(service({ [annotation("type")]: "nlb" }));
    await hostname(lab);
    assert.equal(balancers()[0]?.state, "provisioning");
    await eventually(() => (balancers()[0]?.state === "active" ? true : undefined));
    assert.equal(balancers()[0]?.published, false);
    await eventually(() => (balancers()[0]?.published ? true : undefined));

    await lab.kube().delete(ref);
    await eventually(async () => ((await lab.kube().get(ref)) ? undefined : true));
    assert.deepEqual(balancers(), []);
    const [{ subnetId } = { subnetId: "" }] = interfacesOfBalancer();
    await assert.rejects(deleteSubnet(lab.account, region, subnetId), /DependencyViolation/);
    await eventually(() => (interfacesOfBalancer().length === 0 ? true : undefined));
  });

  it("go on where an earlier process left them", async () => {
    await start();
    await lab.kube().create(service({ [annotation("type")]: "nlb" }));
    await hostname(lab);
    Object.assign(balancers()[0] ?? {}, { state: "provisioning" });
    const clock = new AwsClock(50_000, 1);
    const restored = AwsAccount.restore(lab.account.snapshot(), { clock });
    assert.equal(restored.list("load-balancer")[0]?.state, "provisioning");
    resumeBalancers(restored);
    await eventually(() => (restored.list("load-balancer")[0]?.state === "active" ? true : undefined));
  });

  it("follow the Service's ranges and ports, and health checks come from the subnets", async () => {
    await start();
    await lab
      .kube()
      .create(
        service(
          { [annotation("type")]: "nlb", [annotation("internal")]: "true" },
          { loadBalancerSourceRanges: ["10.1.0.0/16"] },
        ),
      );
    await hostname(lab);
    assert.ok(interfacesOfBalancer().every(({ publicIp }) => !publicIp));
    const health = ["tcp 31443-31443 10.0.0.0/20", "tcp 31443-31443 10.0.16.0/20"];
    const wanted = ["icmp 3-4 10.1.0.0/16", ...health, "tcp 31443-31443 10.1.0.0/16"];
    assert.deepEqual(rules(lab, cluster), wanted);

    await lab.kube().mergePatch(ref, { spec: { loadBalancerSourceRanges: ["10.2.0.0/16"] } });
    const changed = ["icmp 3-4 10.2.0.0/16", ...health, "tcp 31443-31443 10.2.0.0/16"];
    await eventually(() => (rules(lab, cluster).join() === changed.join() ? true : undefined));
  });

  it("listen as the Service says, have its nodes as targets, and keep to their zones unless told otherwise", async () => {
    await start();
    await lab.kube().create(service({ [annotation("type")]: "nlb" }));
    await hostname(lab);
    const instances = lab.account.list<Instance>("instance").map(({ id }) => id);
    const [made] = balancers();
    assert.deepEqual(made?.listeners, [{ port: 15443, nodePort: 31443, protocol: "tcp" }]);
    assert.deepEqual([...(made?.targetIds ?? [])].sort(), [...instances].sort());
    assert.equal(made?.crossZone, false);
    assert.deepEqual(made?.healthCheck, {
      protocol: "tcp",
      interval: 30,
      timeout: 10,
      healthyThreshold: 3,
      unhealthyThreshold: 3,
    });

    const annotations = { [annotation("cross-zone-load-balancing-enabled")]: "true" };
    const spec = { externalTrafficPolicy: "Local", healthCheckNodePort: 32000 };
    await lab.kube().mergePatch(ref, { metadata: { annotations }, spec });
    await eventually(() => (balancers()[0]?.crossZone ? true : undefined));
    const { protocol, port, path, interval } = balancers()[0]?.healthCheck ?? {};
    assert.deepEqual([protocol, port, path, interval], ["http", 32000, "/healthz", 10]);
  });

  it("leave rules alone that others made, on the way in and on the way out", async () => {
    await start();
    const permission = {
      ipProtocol: "tcp",
      fromPort: 31443,
      toPort: 31443,
      cidrIpv4: "0.0.0.0/0",
      description: "ours",
    };
    newRule(lab.account, region, { securityGroupId: cluster.clusterSecurityGroupId, isEgress: false, permission });
    await lab.kube().create(service({ [annotation("type")]: "nlb" }));
    await hostname(lab);
    await lab.kube().delete(ref);
    await eventually(async () => ((await lab.kube().get(ref)) ? undefined : true));
    assert.deepEqual(rules(lab, cluster), ["tcp 31443-31443 0.0.0.0/0"]);
  });

  it("are classic without the annotation, with a group of their own", async () => {
    await start();
    const before = lab.account.leftovers();
    await lab.kube().create(service({}));
    assert.match(await hostname(lab), /^a[0-9a-f]{31}-\d+\.eu-west-1\.elb\.amazonaws\.com$/);
    assert.ok(lab.account.list("security-group", ({ name }) => `${name}`.startsWith("k8s-elb-")).length === 1);
    await lab.kube().delete(ref);
    await eventually(async () => ((await lab.kube().get(ref)) ? undefined : true));
    assert.deepEqual(lab.account.leftovers(), before);
  });

  it("stay pending without subnets tagged for the cluster", async () => {
    await start();
    for (const subnet of lab.account.list("subnet")) subnet.tags = {};
    await lab.kube().create(service({ [annotation("type")]: "nlb" }));
    assert.match(await warning(lab), /could not find any suitable subnets for creating the ELB/);
    assert.deepEqual(balancers(), []);
  });

  it("stay pending when two groups of a node are tagged for the cluster", async () => {
    await start();
    const second = await createSecurityGroup(lab.account, region, {
      name: "second",
      description: "second",
      vpcId: cluster.vpcId,
      tags: { "kubernetes.io/cluster/one": "owned" },
    });
    for (const { interfaceId } of lab.account.list<Instance>("instance")) {
      lab.account.get<NetworkInterface>("network-interface", interfaceId)?.securityGroupIds.push(second.id);
    }
    await lab.kube().create(service({ [annotation("type")]: "nlb" }));
    assert.match(await warning(lab), /Multiple tagged security groups found for instance i-/);
  });

  it("are left to the controller that the Service names", async () => {
    await start();
    await lab.kube().create(service({ [annotation("type")]: "external" }));
    await new Promise((resolve) => setTimeout(resolve, 250));
    assert.deepEqual((await lab.kube().get(ref))?.metadata.finalizers, undefined);
  });

  it("stay behind when the cluster goes before its Services", async () => {
    const nodes = await start();
    await lab.kube().create(service({ [annotation("type")]: "nlb" }));
    await hostname(lab);
    await deleteNodeGroup(lab.eks, nodes);
    await deleteCluster(lab.eks, cluster);
    assert.equal(balancers().length, 1);
    assert.equal(interfacesOfBalancer().length, 2);
  });

  it("never get an address when that is the fault", async () => {
    await start({ neverReady: (_cluster, name) => name === "mesh/gateway" });
    await lab.kube().create(service({ [annotation("type")]: "nlb" }));
    await eventually(() => balancers().find(({ state }) => state === "active"));
    await new Promise((resolve) => setTimeout(resolve, 250));
    assert.equal((await lab.kube().get(ref))?.status, undefined);
  });
});

describe("webhooks in the emulated EKS", () => {
  it("are opened when they fail closed and pods would answer", async () => {
    const lab = await world();
    await lab.cluster();
    const configuration = { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingWebhookConfiguration" };
    await lab.kube().create({
      ...configuration,
      metadata: { name: "validator" },
      webhooks: [
        { name: "closed", clientConfig: { service: { name: "istiod" } } },
        { name: "elsewhere", failurePolicy: "Fail", clientConfig: { url: "https://example.com" } },
      ],
    });
    await eventually(() => lab.eks.openedWebhooks[0]);
    await lab.eks.close();
    assert.deepEqual(lab.eks.openedWebhooks, [
      { cluster: "one", configuration: "ValidatingWebhookConfiguration/validator", webhook: "closed" },
    ]);
    const found = await lab.kube().get({ ...configuration, name: "validator" });
    const policies = ((found?.webhooks ?? []) as { failurePolicy: string }[]).map(({ failurePolicy }) => failurePolicy);
    assert.deepEqual(policies, ["Ignore", "Fail"]);
  });
});
