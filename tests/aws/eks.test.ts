import assert from "node:assert/strict";
import { isAwsError } from "../../rehearsal/aws/account/errors";
import { Controller } from "../../rehearsal/aws/cluster/controller";
import type { Kube } from "../../rehearsal/aws/cluster/kube";
import { createLaunchTemplate } from "../../rehearsal/aws/ec2/launch-templates";
import { deleteRoute } from "../../rehearsal/aws/ec2/routing";
import { createAddon, deleteAddon } from "../../rehearsal/aws/eks/addons";
import { deleteCluster, updateClusterVersion } from "../../rehearsal/aws/eks/clusters";
import type { Instance, NodeGroup } from "../../rehearsal/aws/eks/items";
import { findAddon } from "../../rehearsal/aws/eks/lookup";
import { machineOf } from "../../rehearsal/aws/eks/machines";
import { deleteNodeGroup, scaleNodeGroup, updateNodeGroupVersion } from "../../rehearsal/aws/eks/node-groups";
import { createPolicy } from "../../rehearsal/aws/iam/policies";
import { attachRolePolicy, detachRolePolicy } from "../../rehearsal/aws/iam/roles";
import { eventually, region, world } from "./eks-fakes";

type World = Awaited<ReturnType<typeof world>>;

function addon({ eks }: World, addonName: string, configurationValues?: string) {
  return createAddon(eks, region, {
    clusterName: "one",
    addonName,
    version: undefined,
    configurationValues,
    serviceAccountRoleArn: undefined,
    podIdentities: [],
    resolveConflicts: "OVERWRITE",
    tags: {},
  });
}

function interfaces({ account }: World): string[] {
  return account.list("network-interface").map(({ description }) => description ?? "");
}

function refusedBy(rule: string) {
  return (error: unknown) => isAwsError(error) && error.rule === rule;
}

const openTo = (cidr: string) => ({ endpointPublicAccess: true, publicAccessCidrs: [cidr] });

describe("emulated EKS", () => {
  let lab: World;
  beforeEach(async () => {
    lab = await world();
  });
  afterEach(() => lab.eks.close());

  const names = () =>
    lab.account
      .list<Instance>("instance")
      .map(({ nodeName }) => nodeName)
      .sort();

  it("brings up a cluster, add-ons and nodes, and takes everything away again", async () => {
    const before = lab.account.leftovers();
    const cluster = await lab.cluster();
    assert.equal(cluster.state, "ACTIVE");
    await addon(lab, "kube-proxy");
    await addon(lab, "vpc-cni", JSON.stringify({ env: { AWS_VPC_ENI_MTU: "8500", POD_MTU: "8450" } }));
    const nodes = await lab.nodes();
    assert.equal(nodes.state, "ACTIVE");
    const dns = await addon(lab, "coredns");
    assert.equal(dns.state, "ACTIVE");
    assert.equal(interfaces(lab).filter((text) => text.startsWith("aws-K8S-")).length, 2);
    const service = await lab
      .kube()
      .get({ apiVersion: "v1", kind: "Service", namespace: "kube-system", name: "kube-dns" });
    assert.equal((service?.spec as { clusterIP: string } | undefined)?.clusterIP, "10.100.0.10");

    await assert.rejects(deleteCluster(lab.eks, cluster), refusedBy("eks-nodes-first"));
    await deleteNodeGroup(lab.eks, nodes);
    await deleteCluster(lab.eks, cluster);
    assert.deepEqual(lab.account.leftovers(), before);
  });

  const refusals: [string, string, (world: World) => Promise<unknown>][] = [
    ["a version that EKS does not have", "eks-version", (it) => it.cluster({ version: "1.29" })],
    ["subnets in one zone", "eks-subnets", (it) => it.cluster({ subnetIds: it.network.private.slice(0, 1) })],
    ["a subnet that is not there", "eks-subnets", (it) => it.cluster({ subnetIds: ["subnet-1", "subnet-2"] })],
    ["a service range in the VPC", "eks-service-cidr", (it) => it.cluster({ serviceCidr: "10.0.0.0/16" })],
    ["a public service range", "eks-service-cidr", (it) => it.cluster({ serviceCidr: "8.8.0.0/16" })],
    ["the nodes' role", "eks-cluster-role", (it) => it.cluster({ roleArn: it.roles.node })],
    ["no endpoint", "eks-endpoint", (it) => it.cluster({ endpointPrivateAccess: false, endpointPublicAccess: false })],
    ["a private range on the access list", "eks-endpoint", (it) => it.cluster(openTo("192.168.7.0/24"))],
    ["a shared range on the access list", "eks-endpoint", (it) => it.cluster(openTo("100.64.0.0/16"))],
    [
      "a private range for the public endpoint",
      "eks-endpoint",
      (it) => it.cluster({ publicAccessCidrs: ["10.0.0.0/8"] }),
    ],
  ];
  for (const [what, rule, attempt] of refusals) {
    it(`refuses a cluster with ${what}`, async () => {
      await assert.rejects(attempt(lab), refusedBy(rule));
      assert.deepEqual(lab.account.list("eks-cluster"), []);
    });
  }

  it("refuses a second cluster of the name, and an upgrade by two versions", async () => {
    const cluster = await lab.cluster({ version: "1.34" });
    await assert.rejects(lab.cluster(), refusedBy("eks-name"));
    await assert.rejects(updateClusterVersion(lab.eks, cluster, "1.36"), refusedBy("eks-upgrade-step"));
    await updateClusterVersion(lab.eks, cluster, "1.35");
    assert.equal(cluster.version, "1.35");
  });

  it("refuses node groups that EKS refuses", async () => {
    await lab.cluster();
    await assert.rejects(lab.nodes({ nodeRoleArn: lab.roles.cluster }), refusedBy("eks-node-role"));
    await assert.rejects(lab.nodes({ instanceTypes: ["m7g.large"] }), refusedBy("eks-node-type"));
    await assert.rejects(lab.nodes({ amiType: "AL2_x86_64" }), refusedBy("eks-node-type"));
    await assert.rejects(lab.nodes({ version: "1.36" }), refusedBy("eks-node-version"));
    const scaling = { minSize: 2, desiredSize: 1, maxSize: 3 };
    await assert.rejects(lab.nodes({ scaling }), refusedBy("eks-node-scaling"));
  });

  it("fails a node group without a CNI after 25 minutes", async () => {
    await lab.cluster();
    const started = lab.clock.now();
    const nodes = await lab.nodes();
    assert.equal(nodes.state, "CREATE_FAILED");
    assert.match(nodes.issues[0]?.message ?? "", /NodeCreationFailure: Unhealthy nodes in the kubernetes cluster/);
    assert.ok(lab.clock.now() - started >= 25 * 60);
  });

  const obstacles: [string, RegExp, (world: World) => Promise<void>][] = [
    [
      "a route to the internet",
      /failed to join.*no route to the internet/,
      ({ account, network }) => deleteRoute(account, region, network.privateTable.id, "0.0.0.0/0"),
    ],
    [
      "the worker policy",
      /failed to join.*AmazonEKSWorkerNodePolicy/,
      ({ account }) => detachRolePolicy(account, "node", "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"),
    ],
    [
      "the CNI policy",
      /Unhealthy nodes.*AmazonEKS_CNI_Policy/,
      ({ account }) => detachRolePolicy(account, "node", "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"),
    ],
  ];
  for (const [what, says, take] of obstacles) {
    it(`fails a node group without ${what}`, async () => {
      await lab.cluster();
      await addon(lab, "vpc-cni");
      await take(lab);
      const nodes: NodeGroup = await lab.nodes();
      assert.match(nodes.issues[0]?.message ?? "", says);
    });
  }

  it("keeps nodes out when only others may reach the public endpoint", async () => {
    await lab.cluster({ endpointPrivateAccess: false, publicAccessCidrs: ["203.0.113.0/24"] });
    await addon(lab, "vpc-cni");
    assert.match((await lab.nodes()).issues[0]?.message ?? "", /not in publicAccessCidrs/);
  });

  it("scales a node group", async () => {
    await lab.cluster();
    await addon(lab, "vpc-cni");
    const nodes = await lab.nodes();
    await scaleNodeGroup(lab.eks, nodes, { minSize: 1, desiredSize: 3, maxSize: 3 });
    assert.equal((await lab.kube().list("v1", "Node")).length, 3);
    await scaleNodeGroup(lab.eks, nodes, { minSize: 1, desiredSize: 1, maxSize: 3 });
    assert.equal((await lab.kube().list("v1", "Node")).length, 1);
    assert.equal(lab.account.list("instance").length, 1);
  });

  it("leaves interfaces behind when nodes die after their CNI", async () => {
    await lab.cluster();
    const cni = await addon(lab, "vpc-cni");
    const nodes = await lab.nodes();
    await deleteAddon(lab.eks, cni, false);
    await deleteNodeGroup(lab.eks, nodes);
    assert.equal(interfaces(lab).filter((text) => text.startsWith("aws-K8S-")).length, 2);
  });

  /** Cilium with addresses of the VPC, as its chart leaves it, and the rights that it needs beyond the VPC CNI's. */
  async function cilium(actions: readonly string[]) {
    await lab.cluster();
    const metadata = { namespace: "kube-system" };
    await lab.kube().create({ apiVersion: "apps/v1", kind: "DaemonSet", metadata: { ...metadata, name: "cilium" } });
    const config = { apiVersion: "v1", kind: "ConfigMap", metadata: { ...metadata, name: "cilium-config" } };
    await lab.kube().create({ ...config, data: { ipam: "eni" } });
    const statement = { Effect: "Allow", Action: actions, Resource: "*" };
    const document = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    const args = { name: "cilium", path: "/", description: "", document, tags: {} };
    await attachRolePolicy(lab.account, "node", (await createPolicy(lab.account, args)).arn ?? "");
  }
  const ciliumActions = ["ec2:DescribeVpcs", "ec2:DescribeSecurityGroups", "ec2:DescribeRouteTables"];

  it("gives nodes interfaces of Cilium's, which go with them though Cilium is gone before", async () => {
    await cilium(ciliumActions);
    const nodes = await lab.nodes();
    assert.equal(nodes.state, "ACTIVE");
    assert.equal(interfaces(lab).filter((text) => text.startsWith("Cilium-CNI (i-")).length, 2);
    await lab.kube().delete({ apiVersion: "apps/v1", kind: "DaemonSet", namespace: "kube-system", name: "cilium" });
    await deleteNodeGroup(lab.eks, nodes);
    assert.equal(interfaces(lab).filter((text) => text.startsWith("Cilium-CNI")).length, 0);
  });

  for (const missing of ciliumActions) {
    it(`fails a node group whose role does not allow Cilium ${missing}`, async () => {
      await cilium(ciliumActions.filter((action) => action !== missing));
      const { state, issues } = await lab.nodes();
      assert.equal(state, "CREATE_FAILED");
      assert.match(issues[0]?.message ?? "", new RegExp(`Unhealthy nodes.*lacks ${missing}`));
    });
  }

  it("leaves the add-on's objects in the cluster when asked to preserve them", async () => {
    await lab.cluster();
    await deleteAddon(lab.eks, await addon(lab, "vpc-cni"), true);
    assert.equal(findAddon(lab.account, region, "one", "vpc-cni"), undefined);
    assert.equal((await lab.kube().list("apps/v1", "DaemonSet")).length, 1);
  });

  it("looks at an add-on's configuration", async () => {
    await lab.cluster();
    const configure = (values: object) => addon(lab, "vpc-cni", JSON.stringify(values));
    await assert.rejects(configure({ env: { AWS_VPC_ENI_MTU: 8500 } }), refusedBy("eks-addon-schema"));
    await assert.rejects(configure({ environment: {} }), refusedBy("eks-addon-schema"));
    const made = await configure({ env: { AWS_VPC_ENI_MTU: "9500" } });
    assert.equal(made.state, "CREATE_FAILED");
    assert.match(made.issues[0]?.message ?? "", /from 576 to 9001/);
  });

  it("keeps coredns degraded without nodes", async () => {
    await lab.cluster();
    const dns = await addon(lab, "coredns");
    assert.equal(dns.state, "DEGRADED");
    assert.equal(dns.issues[0]?.code, "InsufficientNumberOfReplicas");
  });

  it("runs in every cluster what it was handed, and ends it with the cluster", async () => {
    class Reader extends Controller {
      looks = 0;
      constructor(private readonly kube: Kube) {
        super(1);
      }
      protected override async reconcile(): Promise<void> {
        this.looks++;
        await this.kube.list("v1", "Node");
      }
    }
    const readers: Reader[] = [];
    const inCluster = (kube: Kube) => {
      readers.push(new Reader(kube));
      return readers;
    };
    const other = await world({ inCluster });
    const cluster = await other.cluster();
    const [reader] = readers;
    assert.ok(reader);
    await eventually(() => (reader.looks > 1 ? true : undefined));
    await deleteCluster(other.eks, cluster);
    const last = reader.looks;
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(reader.looks, last);
  });

  it("takes of an add-on's configuration what its schema has, and says of the rest what EKS says", async () => {
    await lab.cluster();
    const refusals = async (name: string, configuration: object) => {
      const error = await addon(lab, name, JSON.stringify(configuration)).catch((caught: Error) => caught);
      return error instanceof Error ? /\[(.*)\]$/.exec(error.message)?.[1] : undefined;
    };
    const undefinedIn = "is not defined in the schema and the schema does not allow additional properties";
    assert.equal(await refusals("vpc-cni", { env: { WARM_ENI: "1" } }), `$.env.WARM_ENI: ${undefinedIn}`);
    assert.equal(await refusals("vpc-cni", { env: { POD_MTU: 8500 } }), "$.env.POD_MTU: number found, string expected");
    assert.equal(
      await refusals("vpc-cni", { env: { ENABLE_POD_ENI: "yes" } }),
      "$.env.ENABLE_POD_ENI: does not match the boolean pattern",
    );
    assert.equal(
      await refusals("kube-proxy", { mode: "nftables", tolerations: [] }),
      `$.mode: does not have a value in the enumeration [iptables, ipvs], $.tolerations: ${undefinedIn}`,
    );
    assert.equal(
      await refusals("coredns", { autoScaling: { enabled: "true" } }),
      "$.autoScaling.enabled: string found, boolean expected",
    );
    assert.equal(await refusals("aws-ebs-csi-driver", { controler: {} }), `$.controler: ${undefinedIn}`);
    assert.equal(
      await refusals("kube-proxy", { mode: "iptables", resources: { requests: { cpu: "50m" } } }),
      undefined,
    );
  });

  const podCidrs = async () => {
    const nodes = await lab.kube().list("v1", "Node");
    return nodes.map(({ spec }) => (spec as { podCIDR: string }).podCIDR);
  };

  it("gives pods addresses of the nodes' subnets, and each node a piece of its own", async () => {
    await lab.cluster();
    await addon(lab, "vpc-cni");
    await lab.nodes({ scaling: { minSize: 1, desiredSize: 3, maxSize: 3 } });
    // Private subnets are 10.0.0.0/20 and 10.0.16.0/20.
    assert.deepEqual(await podCidrs(), ["10.0.15.192/26", "10.0.31.192/26", "10.0.15.128/26"]);
  });

  it("gives pods addresses of the overlay that the CNI was told", async () => {
    await lab.cluster();
    const labels = { metadata: { name: "pods" } };
    await lab.kube().create({ apiVersion: "apps/v1", kind: "DaemonSet", metadata: { name: "calico-node" } });
    const pool = { apiVersion: "crd.projectcalico.org/v1", kind: "IPPool" };
    await lab.kube().create({ ...pool, metadata: { name: "peer" }, spec: { cidr: "10.102.0.0/16", disabled: true } });
    await lab.kube().create({ ...pool, ...labels, spec: { cidr: "10.101.0.0/16", disabled: false } });
    await lab.nodes();
    assert.deepEqual(await podCidrs(), ["10.101.0.0/26", "10.101.0.64/26"]);
  });

  it("replaces nodes by new ones, of which there are more first, and leaves as many as before", async () => {
    await lab.cluster();
    await addon(lab, "vpc-cni");
    const group = await lab.nodes();
    const old = names();
    let most = 0;
    const kube = lab.kube();
    const create = kube.create.bind(kube);
    kube.create = (object) => {
      most = Math.max(most, names().length);
      return create(object);
    };
    assert.equal(await updateNodeGroupVersion(lab.eks, group, { version: "1.35" }), undefined);
    assert.equal(most, 6, "two more for each of two zones");
    assert.equal(names().length, 2);
    assert.ok(names().every((name) => !old.includes(name)));
    assert.deepEqual((await lab.kube().list("v1", "Node")).map(({ metadata }) => metadata.name).sort(), names());
    assert.equal(group.state, "ACTIVE");
  });

  it("replaces no node where the account takes no further vCPU", async () => {
    await lab.cluster();
    await addon(lab, "vpc-cni");
    Object.assign(lab.account.quotas, { vcpus: 5 });
    const group = await lab.nodes();
    assert.equal((await updateNodeGroupVersion(lab.eks, group, { version: "1.35" }))?.rule, "eks-node-vcpus");
    assert.equal(names().length, 2);
  });

  it("tags instances, volumes and interfaces as their launch template says, and not as their group does", async () => {
    await lab.cluster();
    const tags = { owner: "team-a" };
    const template = await createLaunchTemplate(lab.account, region, {
      name: "nodes",
      data: { tagSpecifications: ["instance", "volume"].map((resourceType) => ({ resourceType, tags })) },
      tags: {},
    });
    await addon(lab, "vpc-cni", '{"env":{"ADDITIONAL_ENI_TAGS":"{\\"owner\\":\\"team-b\\"}"}}');
    await lab.nodes({ launchTemplate: { id: template.id, name: "", version: "1" }, tags: { owner: "group" } });
    const owners = (kind: string) => lab.account.list(kind).map((item) => item.tags.owner);
    assert.deepEqual(owners("instance"), ["team-a", "team-a"]);
    assert.deepEqual(owners("volume"), ["team-a", "team-a"]);
    const ofPods = lab.account.list("network-interface", ({ description }) => `${description}`.startsWith("aws-K8S-"));
    assert.deepEqual(
      ofPods.map(({ tags: { owner } }) => owner),
      ["team-b", "team-b"],
    );
  });

  it("knows how many pods an instance type takes", () => {
    const pods = ["t3.medium", "t3.large", "m5.large", "m7i.large", "m5.xlarge"].map((type) => machineOf(type).pods);
    assert.deepEqual(pods, [17, 35, 29, 29, 58]);
    assert.throws(() => machineOf("m5.tiny"), refusedBy("eks-node-type"));
  });
});
