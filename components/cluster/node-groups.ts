import * as aws from "@pulumi/aws";
import * as eks from "@pulumi/eks";
import type * as pulumi from "@pulumi/pulumi";
import { instanceType } from "../base/instance-types";
import type { CommonConfig } from "../config/common";
import type { Network } from "../network/network";
import type { EksClusterPlan } from "../plan/cluster";
import { mtuLabel } from "../plan/mtu";

/** What node groups are made of. */
export interface NodeGroupsArgs {
  /** The control plane that the nodes join. */
  readonly cluster: eks.Cluster;
  /** Of every node. */
  readonly role: aws.iam.Role;
  /** Which taints and which MTU new nodes have, and which groups there are besides the ordinary one. */
  readonly plan: Pick<EksClusterPlan, "networking" | "nodeGroups" | "mtu" | "tags">;
  /** Version of all nodes, and their instances. */
  readonly config: Pick<CommonConfig, "kubernetesVersion" | "nodes">;
  /** Its subnets are where nodes start. */
  readonly network: Network;
}

/** The node groups of a cluster. */
export interface NodeGroups {
  /** Those that the configuration sizes; whatever has no wish of its own runs there. */
  readonly ordinary: eks.ManagedNodeGroup;
  /** Those that the backend wants besides. */
  readonly extra: readonly eks.ManagedNodeGroup[];
}

/** In what the node groups of a cluster differ. */
interface OwnSettings extends Pick<eks.ManagedNodeGroupArgs, "subnetIds" | "scalingConfig" | "nodeGroupNamePrefix"> {
  readonly labels?: Readonly<Record<string, string>>;
}

/** The ordinary nodes of a cluster, and those that its backend wants besides. */
export function nodeGroups(name: string, args: NodeGroupsArgs, opts: pulumi.ComponentResourceOptions): NodeGroups {
  const { plan, config, network } = args;
  const { pod: mtu } = plan.mtu;
  const group = (groupName: string, own: Omit<OwnSettings, "nodeGroupNamePrefix">) =>
    nodeGroup(
      `${name}-${groupName}`,
      args,
      {
        ...own,
        // In the name, which a group keeps for good: another MTU means another group, whose nodes come before the old ones go.
        nodeGroupNamePrefix: `${groupName}-mtu${mtu}-`,
        labels: { ...own.labels, [mtuLabel]: String(mtu) },
      },
      opts,
    );
  const { desired, min, max } = config.nodes;
  return {
    ordinary: group("nodes", {
      subnetIds: network.privateSubnetIds,
      scalingConfig: { desiredSize: desired, minSize: min, maxSize: max },
    }),
    extra: plan.nodeGroups.map(({ name: groupName, nodes, labels, subnets }) =>
      group(groupName, {
        subnetIds: subnets === "public" ? network.publicSubnetIds : network.privateSubnetIds,
        scalingConfig: { desiredSize: nodes, minSize: nodes, maxSize: nodes },
        labels,
      }),
    ),
  };
}

function nodeGroup(
  name: string,
  { cluster, role, plan, config }: NodeGroupsArgs,
  own: OwnSettings,
  opts: pulumi.ComponentResourceOptions,
): eks.ManagedNodeGroup {
  const { startupTaints } = plan.networking;
  const { instanceType: type, capacity } = config.nodes;
  const template = launchTemplate(name, plan.tags, opts);
  return new eks.ManagedNodeGroup(
    name,
    {
      cluster,
      version: config.kubernetesVersion,
      nodeRole: role,
      instanceTypes: [type],
      amiType: amiType(type),
      capacityType: capacity === "spot" ? "SPOT" : "ON_DEMAND",
      launchTemplate: { id: template.id, version: template.latestVersion.apply((latest) => `${latest}`) },
      ...(startupTaints.length > 0 ? { taints: [...startupTaints] } : {}),
      ...own,
    },
    {
      ...opts,
      // Draining waits for disruption budgets, up to ten minutes a node.
      customTimeouts: { delete: "60m" },
    },
  );
}

/**
 * What instances of a group are started with, beyond what the group says: EKS passes no tags of a group on to its instances
 * (EKS user guide, eks-using-tags), and instances alone do not show their credentials to whoever asks without a session.
 */
function launchTemplate(
  name: string,
  tags: Readonly<Record<string, string>>,
  { parent }: pulumi.ComponentResourceOptions,
): aws.ec2.LaunchTemplate {
  return new aws.ec2.LaunchTemplate(
    name,
    {
      // Two hops: pods without a role of their own have the node's, as with the component's own template.
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 2 },
      tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({ resourceType, tags })),
    },
    { ...(parent ? { parent } : {}) },
  );
}

/** Amazon Linux 2023 for the instance's processor. */
function amiType(name: string): string {
  return instanceType(name)?.architecture === "arm64" ? "AL2023_ARM_64_STANDARD" : "AL2023_x86_64_STANDARD";
}
