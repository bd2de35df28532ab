import assert from "node:assert/strict";
import { isAwsError } from "../../rehearsal/aws/account/errors";
import { createNetworkInterface } from "../../rehearsal/aws/ec2/interfaces";
import type { NetworkInterface } from "../../rehearsal/aws/ec2/items";
import { deleteRoute } from "../../rehearsal/aws/ec2/routing";
import { createSecurityGroup, newRule } from "../../rehearsal/aws/ec2/security-groups";
import { createSubnet, deleteSubnet } from "../../rehearsal/aws/ec2/vpc";
import { createAccessEntry } from "../../rehearsal/aws/eks/access-entries";
import { createAddon, deleteAddon } from "../../rehearsal/aws/eks/addons";
import { deleteCluster, updateClusterVersion } from "../../rehearsal/aws/eks/clusters";
import type { Cluster, HealthIssue, Instance, LoadBalancer } from "../../rehearsal/aws/eks/items";
import { ElasticLoadBalancing } from "../../rehearsal/aws/eks/load-balancing";
import { deleteNodeGroup, updateNodeGroupVersion } from "../../rehearsal/aws/eks/node-groups";
import { createPodIdentity } from "../../rehearsal/aws/eks/pod-identities";
import { type EksRuleId, eksRules } from "../../rehearsal/aws/rules/eks";
import { region, world } from "./eks-fakes";

type World = Awaited<ReturnType<typeof world>>;

const addon = (
  { eks }: World,
  addonName: string,
  configuration?: object,
  resolveConflicts: "OVERWRITE" | "NONE" = "OVERWRITE",
) =>
  createAddon(eks, region, {
    clusterName: "one",
    addonName,
    version: undefined,
    configurationValues: configuration && JSON.stringify(configuration),
    serviceAccountRoleArn: undefined,
    podIdentities: [],
    resolveConflicts,
    tags: {},
  });

const entry = ({ eks }: World, principalArn: string) =>
  createAccessEntry(eks, region, {
    clusterName: "one",
    principalArn,
    type: "STANDARD",
    userName: undefined,
    kubernetesGroups: [],
    tags: {},
  });

/** Nodes with a network. */
async function running(lab: World) {
  const cluster = await lab.cluster();
  const cni = await addon(lab, "vpc-cni");
  return { cluster, cni, nodes: await lab.nodes() };
}

async function balancer(lab: World, spoil: (lab: World) => unknown) {
  const { cluster } = await running(lab);
  await spoil(lab);
  return balance(lab, cluster);
}

async function balance(lab: World, cluster: Cluster) {
  const spec = {
    name: "a0",
    service: "mesh/gateway",
    type: "network",
    internal: true,
    ports: [{ port: 15443, nodePort: 31443, protocol: "tcp" }],
    sourceRanges: ["10.1.0.0/16"],
    tags: {},
    instanceIds: lab.account.list("instance").map(({ id }) => id),
    crossZone: false,
    healthCheck: { protocol: "tcp", interval: 30, timeout: 10, healthyThreshold: 3, unhealthyThreshold: 3 },
  } as const;
  return new ElasticLoadBalancing(lab.account, cluster).ensure(spec, new AbortController().signal);
}

/** What breaks a rule: AWS refuses the call, or says in the health of what it made why it is not in order. */
const rows: readonly [EksRuleId, (lab: World) => Promise<unknown>][] = [
  ["eks-version", (lab) => lab.cluster({ version: "1.29" })],
  [
    "eks-name",
    async (lab) => {
      await lab.cluster();
      return lab.cluster();
    },
  ],
  [
    "eks-quota",
    async (lab) => {
      Object.assign(lab.account.quotas, { eksClusters: 0 });
      return lab.cluster();
    },
  ],
  ["eks-subnets", (lab) => lab.cluster({ subnetIds: lab.network.private.slice(0, 1) })],
  ["eks-subnet-room", async (lab) => lab.cluster({ subnetIds: await fullSubnets(lab) })],
  ["eks-service-cidr", (lab) => lab.cluster({ serviceCidr: "10.0.0.0/16" })],
  ["eks-cluster-role", (lab) => lab.cluster({ roleArn: lab.roles.node })],
  ["eks-endpoint", (lab) => lab.cluster({ endpointPrivateAccess: false, endpointPublicAccess: false })],
  ["eks-upgrade-step", async (lab) => updateClusterVersion(lab.eks, await lab.cluster({ version: "1.33" }), "1.35")],
  ["eks-nodes-first", async (lab) => deleteCluster(lab.eks, (await running(lab)).cluster)],
  ["eks-not-found", (lab) => lab.nodes()],
  [
    "eks-in-use",
    async (lab) => {
      await lab.cluster();
      await addon(lab, "kube-proxy");
      return addon(lab, "kube-proxy");
    },
  ],
  [
    "eks-active",
    async (lab) => {
      (await lab.cluster()).state = "UPDATING";
      return addon(lab, "kube-proxy");
    },
  ],
  ["eks-node-role", withCluster((lab) => lab.nodes({ nodeRoleArn: lab.roles.cluster }))],
  ["eks-node-subnets", withCluster((lab) => lab.nodes({ subnetIds: ["subnet-1"] }))],
  ["eks-node-scaling", withCluster((lab) => lab.nodes({ scaling: { minSize: 2, desiredSize: 1, maxSize: 3 } }))],
  ["eks-node-type", withCluster((lab) => lab.nodes({ instanceTypes: ["m7g.large"] }))],
  ["eks-node-version", withCluster((lab) => lab.nodes({ version: "1.36" }))],
  [
    "eks-node-vcpus",
    withCluster(async (lab) => {
      Object.assign(lab.account.quotas, { vcpus: 3 });
      await addon(lab, "vpc-cni");
      return lab.nodes();
    }),
  ],
  [
    "eks-node-eviction",
    async (lab) => {
      const { nodes } = await running(lab);
      const [name] = lab.account.list<Instance>("instance").map(({ nodeName }) => nodeName);
      const metadata = { name: "a", namespace: "mesh", labels: { app: "a" } };
      await lab.kube().create({ apiVersion: "v1", kind: "Pod", metadata, spec: { nodeName: name } });
      const selector = { matchLabels: { app: "a" } };
      const kept = { spec: { selector }, status: { disruptionsAllowed: 0 } };
      await lab.kube().create({ apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata, ...kept });
      return { issues: [await updateNodeGroupVersion(lab.eks, nodes, { version: "1.35" })] };
    },
  ],
  [
    "eks-node-template",
    withCluster((lab) => lab.nodes({ launchTemplate: { id: "lt-0", name: "", version: "$Latest" } })),
  ],
  [
    "eks-node-join",
    withCluster(async (lab) => {
      await addon(lab, "vpc-cni");
      await deleteRoute(lab.account, region, lab.network.privateTable.id, "0.0.0.0/0");
      return lab.nodes();
    }),
  ],
  ["eks-node-cni", withCluster((lab) => lab.nodes())],
  ["eks-addon-known", withCluster((lab) => addon(lab, "no-such-addon"))],
  ["eks-addon-schema", withCluster((lab) => addon(lab, "vpc-cni", { env: { AWS_VPC_ENI_MTU: 8500 } }))],
  ["eks-addon-mtu", withCluster((lab) => addon(lab, "vpc-cni", { env: { AWS_VPC_ENI_MTU: "9500" } }))],
  [
    "eks-addon-conflict",
    withCluster(async (lab) => {
      await deleteAddon(lab.eks, await addon(lab, "vpc-cni"), true);
      return addon(lab, "vpc-cni", undefined, "NONE");
    }),
  ],
  ["eks-addon-healthy", withCluster((lab) => addon(lab, "coredns"))],
  [
    "eks-access-mode",
    async (lab) => {
      await lab.cluster({ authenticationMode: "CONFIG_MAP" });
      return entry(lab, lab.roles.node);
    },
  ],
  ["eks-access-principal", withCluster((lab) => entry(lab, "arn:aws:iam::111122223333:role/nobody"))],
  [
    "eks-pod-role",
    withCluster(({ eks, roles }) =>
      createPodIdentity(eks, region, {
        clusterName: "one",
        namespace: "default",
        serviceAccount: "default",
        roleArn: roles.node,
        tags: {},
      }),
    ),
  ],
  [
    "elb-subnets",
    (lab) => balancer(lab, ({ account }) => account.list("subnet").map((each) => Object.assign(each, { tags: {} }))),
  ],
  [
    "elb-one-group",
    (lab) =>
      balancer(lab, async ({ account }) => {
        const group = await taggedGroup(lab);
        for (const each of account.list<NetworkInterface>("network-interface")) each.securityGroupIds.push(group.id);
      }),
  ],
  ["elb-quota", (lab) => balancer(lab, ({ account }) => Object.assign(account.quotas, { networkLoadBalancers: 0 }))],
];

/** What AWS leaves behind when the order is wrong: what is left, by its description or name. */
const leaks: readonly [EksRuleId, RegExp, (lab: World) => Promise<unknown>][] = [
  [
    "cni-interface-leak",
    /network-interface .*aws-K8S-/,
    async (lab) => {
      const { cni, nodes } = await running(lab);
      await deleteAddon(lab.eks, cni, false);
      return deleteNodeGroup(lab.eks, nodes);
    },
  ],
  [
    "eks-group-leak",
    /security-group .*EKS created security group/,
    async (lab) => {
      const cluster = await lab.cluster();
      const other = await taggedGroup(lab);
      const permission = { ipProtocol: "-1", referencedSecurityGroupId: cluster.clusterSecurityGroupId };
      newRule(lab.account, region, { securityGroupId: other.id, isEgress: false, permission });
      return deleteCluster(lab.eks, cluster);
    },
  ],
  [
    "elb-outlives-cluster",
    /network-interface .*ELB net\/a0\//,
    async (lab) => {
      const { cluster, nodes } = await running(lab);
      await balance(lab, cluster);
      await deleteNodeGroup(lab.eks, nodes);
      await deleteCluster(lab.eks, cluster);
      const [{ subnetIds }] = lab.account.list<LoadBalancer>("load-balancer") as [LoadBalancer];
      await assert.rejects(deleteSubnet(lab.account, region, subnetIds[0] ?? ""), /DependencyViolation.*ELB net/);
    },
  ],
];

function withCluster(attempt: (lab: World) => Promise<unknown>) {
  return async (lab: World) => {
    await lab.cluster();
    return attempt(lab);
  };
}

function taggedGroup({ account, network }: World) {
  return createSecurityGroup(account, region, {
    name: "second",
    description: "second",
    vpcId: network.vpc.id,
    tags: { "kubernetes.io/cluster/one": "owned" },
  });
}

/** Two subnets with five free addresses each. */
function fullSubnets({ account, network }: World): Promise<string[]> {
  return Promise.all(
    ["a", "b"].map(async (zone, index) => {
      const subnet = await createSubnet(account, region, {
        vpcId: network.vpc.id,
        cidrBlock: `10.0.240.${index * 16}/28`,
        availabilityZone: `${region}${zone}`,
        mapPublicIpOnLaunch: false,
        tags: {},
      });
      for (let taken = 0; taken < 6; taken++) {
        createNetworkInterface(account, region, {
          subnetId: subnet.id,
          securityGroupIds: [],
          description: "",
          tags: {},
        });
      }
      return subnet.id;
    }),
  );
}

describe("rules of the emulated EKS", () => {
  let lab: World;
  beforeEach(async () => {
    lab = await world();
  });
  afterEach(() => lab.eks.close());

  for (const [rule, attempt] of rows) {
    it(`enforces ${rule}`, async () => {
      const broken = await attempt(lab).then(
        (made) => (made as { issues?: HealthIssue[] } | undefined)?.issues?.map((issue) => issue.rule),
        (error: unknown) => {
          if (!isAwsError(error)) throw error;
          return [error.rule];
        },
      );
      assert.deepEqual(broken, [rule]);
    });
  }

  for (const [rule, left, attempt] of leaks) {
    it(`leaves something behind by ${rule}`, async () => {
      const before = new Set(lab.account.leftovers());
      await attempt(lab);
      const more = lab.account.leftovers().filter((each) => !before.has(each));
      assert.ok(
        more.some((each) => left.test(each)),
        more.join("\n"),
      );
    });
  }

  it("have a row each", () => {
    const tested = [...rows.map(([rule]) => rule), ...leaks.map(([rule]) => rule)];
    assert.deepEqual(tested.sort(), eksRules.map(({ id }) => id).sort());
  });
});
