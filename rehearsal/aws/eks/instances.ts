/** The instances of node groups, with their network interfaces and their Nodes. */

import type { AwsAccount, Item, Tags } from "../account/account";
import { type Cni, findCni, podInterfaceTags, podPool } from "../cluster/cni";
import type { Kube } from "../cluster/kube";
import { isReady, type NodeSpec } from "../cluster/nodes";
import { createNetworkInterface, deleteNetworkInterface } from "../ec2/interfaces";
import type { NetworkInterface, Subnet } from "../ec2/items";
import { roleByArn } from "../iam/roles";
import type { Eks } from "./eks";
import type { Cluster, HealthIssue, Instance, NodeGroup } from "./items";
import { clusterTag } from "./lookup";
import { machineOf } from "./machines";
import { podCidrOf } from "./pod-addresses";
import { carriesAny, cniHasOwnRole } from "./roles";
import { templateData } from "./templates";
import { vcpuIssue } from "./vcpus";
import { kubeletVersion } from "./versions";

/**
 * Starts instances until the group has `count`, in its subnets by turns.
 *
 * @param count default: as many as it desires
 * @returns why there are fewer, if there are
 */
export function launchInstances(
  account: AwsAccount,
  cluster: Cluster,
  group: NodeGroup,
  count = group.scaling.desiredSize,
): HealthIssue | undefined {
  for (let index = instancesOf(account, group).length; index < count; index++) {
    const issue = vcpuIssue(account, group);
    if (issue) return issue;
    const subnet = account.get<Subnet>("subnet", group.subnetIds[index % group.subnetIds.length] ?? "");
    if (!subnet) throw new Error(`a subnet of node group ${group.name} is gone`);
    launchInstance(account, cluster, group, subnet);
  }
  return undefined;
}

/** Makes the Nodes of the group's instances, and what the CNI attaches to them; resolves when all are Ready. */
export async function joinNodes(eks: Eks, cluster: Cluster, group: NodeGroup): Promise<void> {
  const { account } = eks;
  const kube = eks.kube(cluster);
  const cni = await findCni(kube);
  const tags = await podInterfaceTags(kube);
  const pool = await podPool(kube);
  const instances = instancesOf(account, group);
  for (const instance of instances) {
    attachPodInterface(account, cluster, instance, cni, tags);
    const podCidr = podCidrOf(account, cluster, instance, pool);
    if (podCidr) instance.podCidr = podCidr;
    const ref = { apiVersion: "v1", kind: "Node", name: instance.nodeName };
    if (await kube.get(ref)) continue;
    await eks.nodes.join({ kube, cluster, instance, node: nodeSpec(account, cluster, group, instance) });
  }
  await Promise.all(instances.map(({ nodeName }) => becomesReady(kube, nodeName, eks.nodes.patience)));
}

/**
 * Ends instances, and their interfaces with them. The one that the VPC CNI attached is left behind when the CNI, or its
 * permission to detach it, was gone before the node: nobody detaches it then. Cilium's goes with its instance.
 */
export async function terminate(
  eks: Eks,
  cluster: Cluster,
  group: NodeGroup,
  instances: readonly Instance[],
): Promise<void> {
  const { account } = eks;
  const cni = await findCni(eks.kube(cluster));
  const mayDetach =
    carriesAny(roleByArn(account, group.nodeRoleArn), ["AmazonEKS_CNI_Policy"]) || cniHasOwnRole(account, cluster);
  for (const instance of instances) {
    await eks.nodes.leave(instance);
    deleteNetworkInterface(account, instance.interfaceId);
    const ofPods = account.get<NetworkInterface>("network-interface", instance.podInterfaceId ?? "");
    if (ofPods?.deleteOnTermination || (cni === "aws-node" && mayDetach)) {
      deleteNetworkInterface(account, instance.podInterfaceId ?? "");
    } else if (ofPods) {
      ofPods.state = "available";
    }
    account.remove("volume", instance.volumeId);
    account.remove(instance.kind, instance.id);
  }
}

/** Instances of a node group, in the order in which they were started. */
export function instancesOf(account: AwsAccount, group: NodeGroup): Instance[] {
  return account.list<Instance>(
    "instance",
    (each) => each.region === group.region && each.clusterName === group.clusterName && each.nodeGroup === group.name,
  );
}

function launchInstance(account: AwsAccount, cluster: Cluster, group: NodeGroup, subnet: Subnet): void {
  const { region } = cluster;
  const id = account.newId("i");
  const own: Tags = { [clusterTag(cluster)]: "owned", "eks:nodegroup-name": group.name };
  const tags = (resource: string): Tags => ({ ...templateTags(account, cluster, group, resource), ...own });
  const volume = account.newId("vol");
  account.put<Item>({
    id: volume,
    kind: "volume",
    region,
    arn: account.arn("ec2", region, `volume/${volume}`),
    state: "in-use",
    tags: tags("volume"),
    description: `root volume of ${id}, a node of ${cluster.name}`,
  });
  const primary = createNetworkInterface(account, region, {
    subnetId: subnet.id,
    securityGroupIds: nodeSecurityGroups(account, cluster, group),
    description: `primary interface of ${id}, a node of ${cluster.name}`,
    publicAddress: subnet.mapPublicIpOnLaunch,
    tags: tags("network-interface"),
  });
  account.put<Instance>({
    id,
    kind: "instance",
    region,
    arn: account.arn("ec2", region, `instance/${id}`),
    state: "running",
    tags: tags("instance"),
    description: `node of ${cluster.name}/${group.name}`,
    clusterName: cluster.name,
    nodeGroup: group.name,
    instanceType: group.instanceTypes[0] ?? "",
    spot: group.capacityType === "SPOT",
    availabilityZone: subnet.availabilityZone,
    interfaceId: primary.id,
    volumeId: volume,
    nodeName: nodeName(primary),
  });
}

/** Tags that the template asks for on one kind of what an instance consists of. */
function templateTags(account: AwsAccount, cluster: Cluster, { launchTemplate }: NodeGroup, resource: string): Tags {
  const data = (launchTemplate && templateData(account, cluster.region, launchTemplate)) ?? {};
  const asked = (data.tagSpecifications as { resourceType: string; tags?: Tags }[] | undefined) ?? [];
  return Object.assign({}, ...asked.flatMap(({ resourceType, tags }) => (resourceType === resource ? [tags] : [])));
}

/** The template's groups if it names any, else the one that EKS made (EKS user guide, launch-templates). */
function nodeSecurityGroups(account: AwsAccount, cluster: Cluster, { launchTemplate }: NodeGroup): string[] {
  const data = (launchTemplate && templateData(account, cluster.region, launchTemplate)) ?? {};
  const own = [
    ...((data.vpcSecurityGroupIds as string[] | undefined) ?? []),
    ...((data.networkInterfaces as { securityGroups?: string[] }[] | undefined) ?? []).flatMap(
      ({ securityGroups = [] }) => securityGroups,
    ),
  ];
  return own.length > 0 ? [...new Set(own)] : [cluster.clusterSecurityGroupId];
}

/** In real time, in which the clock stands still. */
async function becomesReady(kube: Kube, node: string, seconds: number): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await isReady(kube, node))) {
    if (performance.now() > end) throw new Error(`the node ${node} was not Ready within ${seconds} seconds`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/**
 * One a node: more come with more pods, and make no difference to what is left behind. Cilium's operator sets that its
 * interface is deleted with the instance (Cilium docs, network/concepts/ipam/eni, spec.eni.delete-on-termination).
 */
function attachPodInterface(
  account: AwsAccount,
  cluster: Cluster,
  instance: Instance,
  cni: Cni | undefined,
  asked: Tags,
): void {
  const primary = account.get<NetworkInterface>("network-interface", instance.interfaceId);
  if (!primary || instance.podInterfaceId || (cni !== "aws-node" && cni !== "cilium-eni")) return;
  const byCilium = cni === "cilium-eni";
  const made = createNetworkInterface(account, cluster.region, {
    subnetId: primary.subnetId,
    securityGroupIds: primary.securityGroupIds,
    description: byCilium ? `Cilium-CNI (${instance.id})` : `aws-K8S-${instance.id}`,
    tags: {
      ...asked,
      ...(byCilium
        ? { "io.cilium/cilium-managed": "true" }
        : { "node.k8s.amazonaws.com/instance_id": instance.id, "cluster.k8s.amazonaws.com/name": cluster.name }),
    },
  });
  made.deleteOnTermination = byCilium;
  instance.podInterfaceId = made.id;
}

function nodeSpec(account: AwsAccount, cluster: Cluster, group: NodeGroup, instance: Instance): NodeSpec {
  const primary = account.must<NetworkInterface>(
    "network-interface",
    instance.interfaceId,
    "InvalidNetworkInterfaceID.NotFound",
  );
  return {
    name: instance.nodeName,
    instanceId: instance.id,
    zone: instance.availabilityZone,
    region: cluster.region,
    address: primary.privateIpAddress,
    ...(instance.podCidr ? { podCidr: instance.podCidr } : {}),
    nodeGroup: group.name,
    capacityType: group.capacityType,
    machine: machineOf(instance.instanceType),
    labels: group.labels,
    taints: group.taints,
    kubeletVersion: kubeletVersion(group.version),
  };
}

/** An instance's private DNS name, which the kubelet takes (EC2 user guide, hostname types). */
function nodeName({ privateIpAddress, region }: NetworkInterface): string {
  const domain = region === "us-east-1" ? "ec2.internal" : `${region}.compute.internal`;
  return `ip-${privateIpAddress.replaceAll(".", "-")}.${domain}`;
}
