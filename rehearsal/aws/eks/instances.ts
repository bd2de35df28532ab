/** The instances of node groups, with their network interfaces and their Nodes. */
import type { Tags } from "../account/account";
import { type Cni, findCni, isReady, type NodeSpec, nodeObject } from "../cluster/nodes";
import { createNetworkInterface, deleteNetworkInterface } from "../ec2/interfaces";
import type { NetworkInterface, Subnet } from "../ec2/items";
import { roleByArn } from "../iam/roles";
import { ofCluster } from "./clusters";
import type { Eks } from "./eks";
import type { Addon, Cluster, Instance, NodeGroup, PodIdentityAssociation } from "./items";
import { clusterTag } from "./load-balancing";
import { machineOf } from "./machines";
import { carriesAny } from "./roles";
import { templateData } from "./templates";
import { kubeletVersion } from "./versions";

/** Starts instances until the group has as many as it desires, in its subnets by turns. */
export function launchInstances(eks: Eks, cluster: Cluster, group: NodeGroup): void {
  const { account } = eks;
  const present = instancesOf(eks, group);
  const [instanceType = ""] = group.instanceTypes;
  for (let index = present.length; index < group.scaling.desiredSize; index++) {
    const subnet = account.get<Subnet>("subnet", group.subnetIds[index % group.subnetIds.length] ?? "");
    if (!subnet) throw new Error(`a subnet of node group ${group.name} is gone`);
    const id = account.newId("i");
    const tags: Tags = { [clusterTag(cluster)]: "owned", "eks:nodegroup-name": group.name };
    const primary = createNetworkInterface(account, cluster.region, {
      subnetId: subnet.id,
      securityGroupIds: nodeSecurityGroups(eks, cluster, group),
      description: "",
      publicAddress: subnet.mapPublicIpOnLaunch,
      tags,
    });
    primary.description = `primary interface of ${id}, a node of ${cluster.name}`;
    account.put<Instance>({
      id,
      kind: "instance",
      region: cluster.region,
      arn: account.arn("ec2", cluster.region, `instance/${id}`),
      state: "running",
      tags,
      description: `node of ${cluster.name}/${group.name}`,
      clusterName: cluster.name,
      nodeGroup: group.name,
      instanceType,
      availabilityZone: subnet.availabilityZone,
      interfaceId: primary.id,
      nodeName: nodeName(primary),
    });
  }
}

/** Makes the Nodes of the group's instances, and what the CNI attaches to them; resolves when all are Ready. */
export async function joinNodes(eks: Eks, cluster: Cluster, group: NodeGroup): Promise<void> {
  const kube = eks.kube(cluster);
  const cni = await findCni(kube);
  const instances = instancesOf(eks, group);
  for (const instance of instances) {
    attachPodInterface(eks, cluster, instance, cni);
    const ref = { apiVersion: "v1", kind: "Node", name: instance.nodeName };
    if (!(await kube.get(ref))) await kube.create(nodeObject(nodeSpec(eks, cluster, group, instance)));
  }
  for (const { nodeName: name } of instances) {
    // Real seconds, in which the clock stands still: kwok needs a moment.
    const end = performance.now() + 60_000;
    while (!(await isReady(kube, name))) {
      if (performance.now() > end) throw new Error(`kwok did not make the node ${name} Ready within a minute`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
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
    carriesAny(roleByArn(account, group.nodeRoleArn), ["AmazonEKS_CNI_Policy"]) || hasOwnRole(eks, cluster);
  for (const instance of instances) {
    deleteNetworkInterface(account, instance.interfaceId);
    const ofPods = account.get<NetworkInterface>("network-interface", instance.podInterfaceId ?? "");
    if (ofPods?.deleteOnTermination || (cni === "aws-node" && mayDetach)) {
      deleteNetworkInterface(account, instance.podInterfaceId ?? "");
    } else if (ofPods) {
      ofPods.state = "available";
    }
    account.remove(instance.kind, instance.id);
  }
}

export function instancesOf(eks: Eks, group: NodeGroup): Instance[] {
  return eks.account.list<Instance>(
    "instance",
    (each) => each.region === group.region && each.clusterName === group.clusterName && each.nodeGroup === group.name,
  );
}

/** Whether aws-node has its permissions from a role of its own instead of the nodes'. */
export function hasOwnRole(eks: Eks, cluster: Cluster): boolean {
  const inCluster = ofCluster(cluster);
  const addons = eks.account.list<Addon>("eks-addon", (item) => inCluster(item) && item.name === "vpc-cni");
  const associations = eks.account.list<PodIdentityAssociation>(
    "eks-pod-identity-association",
    (item) => inCluster(item) && item.serviceAccount === "aws-node" && item.namespace === "kube-system",
  );
  const withAddon = addons.some((addon) => addon.serviceAccountRoleArn || addon.podIdentities.length > 0);
  return withAddon || associations.length > 0;
}

/** The template's groups if it names any, else the one that EKS made (EKS user guide, launch-templates). */
function nodeSecurityGroups(eks: Eks, cluster: Cluster, { launchTemplate }: NodeGroup): string[] {
  const data = (launchTemplate && templateData(eks.account, cluster.region, launchTemplate)) ?? {};
  const own = [
    ...((data.vpcSecurityGroupIds as string[] | undefined) ?? []),
    ...((data.networkInterfaces as { securityGroups?: string[] }[] | undefined) ?? []).flatMap(
      ({ securityGroups = [] }) => securityGroups,
    ),
  ];
  return own.length > 0 ? [...new Set(own)] : [cluster.clusterSecurityGroupId];
}

/**
 * One a node: more come with more pods, and make no difference to what is left behind. Cilium's operator sets that its
 * interface is deleted with the instance (Cilium docs, network/concepts/ipam/eni, spec.eni.delete-on-termination).
 */
function attachPodInterface(eks: Eks, cluster: Cluster, instance: Instance, cni: Cni | undefined): void {
  const { account } = eks;
  const primary = account.get<NetworkInterface>("network-interface", instance.interfaceId);
  if (!primary || instance.podInterfaceId || (cni !== "aws-node" && cni !== "cilium-eni")) return;
  const byCilium = cni === "cilium-eni";
  const made = createNetworkInterface(account, cluster.region, {
    subnetId: primary.subnetId,
    securityGroupIds: primary.securityGroupIds,
    description: byCilium ? `Cilium-CNI (${instance.id})` : `aws-K8S-${instance.id}`,
    tags: byCilium
      ? { "io.cilium/cilium-managed": "true" }
      : { "node.k8s.amazonaws.com/instance_id": instance.id, "cluster.k8s.amazonaws.com/name": cluster.name },
  });
  made.deleteOnTermination = byCilium;
  instance.podInterfaceId = made.id;
}

function nodeSpec(eks: Eks, cluster: Cluster, group: NodeGroup, instance: Instance): NodeSpec {
  const primary = eks.account.must<NetworkInterface>(
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
