import type { AwsAccount } from "../../aws/account/account";
import type { Eks } from "../../aws/eks/eks";
import type { NodeGroup } from "../../aws/eks/items";
import { findCluster, findNodeGroup, requireNodeGroup } from "../../aws/eks/lookup";
import {
  createNodeGroup,
  deleteNodeGroup,
  relabelNodeGroup,
  scaleNodeGroup,
  updateNodeGroupVersion,
} from "../../aws/eks/node-groups";
import type { NodeGroupArgs } from "../../aws/eks/requests";
import { defaultKubernetesVersion } from "../../aws/eks/versions";
import { InitFailed, type Props } from "../../base/operations";
import type { Context, ResourceKind } from "./resource-kind";

const permanent = [
  "clusterName",
  "nodeGroupName",
  "nodeGroupNamePrefix",
  "nodeRoleArn",
  "subnetIds",
  "instanceTypes",
  "capacityType",
  "amiType",
  "diskSize",
  "remoteAccess",
];

/** As Pulumi spells taints' effects, which are EKS's, and as Kubernetes does. */
const effects = { NO_SCHEDULE: "NoSchedule", NO_EXECUTE: "NoExecute", PREFER_NO_SCHEDULE: "PreferNoSchedule" };

/** Its id is `cluster:group`. */
export function nodeGroupKind(eks: Eks): ResourceKind {
  return {
    service: "eks",
    noun: "EKS Node Group",
    permanent,
    create: async (context, inputs) => {
      const { region, tagsAll } = context;
      const group = await createNodeGroup(eks, region, argsOf(eks, context, inputs));
      const id = `${group.clusterName}:${group.name}`;
      if (group.state === "ACTIVE") return id;
      const reasons = group.issues.map(({ message }) => message);
      throw new InitFailed(id, { ...inputs, ...nodeGroupOutputs(group), region, tags: inputs.tags, tagsAll }, [
        `waiting for EKS Node Group (${id}) create: unexpected state 'CREATE_FAILED', wanted target 'ACTIVE'. last ` +
          `error: ${reasons.join("; ")}`,
      ]);
    },
    live: ({ region }, id) => {
      const group = findNodeGroup(eks.account, region, ...partsOf(id));
      return group && nodeGroupOutputs(group);
    },
    update: async ({ region }, id, news, changed) => {
      const group = requireNodeGroup(eks.account, region, ...partsOf(id));
      if (changed.some((key) => ["labels", "taints"].includes(key))) {
        await relabelNodeGroup(eks, group, { labels: news.labels ?? {}, taints: taintsOf(news) });
      }
      if (changed.some((key) => ["version", "releaseVersion", "launchTemplate"].includes(key))) {
        const launchTemplate = templateOf(news);
        const issue = await updateNodeGroupVersion(eks, group, {
          version: news.version ?? group.version,
          ...(launchTemplate ? { launchTemplate } : {}),
        });
        if (issue)
          throw new Error(
            `waiting for EKS Node Group (${id}) version update: unexpected state 'Failed', wanted target 'Successful'. last error: ${issue.message}`,
          );
      }
      if (changed.includes("scalingConfig")) await scaleNodeGroup(eks, group, news.scalingConfig);
    },
    delete: async ({ region }, id) => {
      const group = findNodeGroup(eks.account, region, ...partsOf(id));
      if (group) await deleteNodeGroup(eks, group);
    },
    tags: ({ region }, id) => findNodeGroup(eks.account, region, ...partsOf(id))?.tags,
  };
}

/** With the defaults of EKS (API reference, CreateNodegroup). */
function argsOf({ account }: Eks, { region, op, tagsAll }: Context, inputs: Props): NodeGroupArgs {
  const { clusterName } = inputs;
  return {
    name: inputs.nodeGroupName ?? madeUpName(account, op.name, inputs.nodeGroupNamePrefix),
    clusterName,
    version: inputs.version ?? findCluster(account, region, clusterName)?.version ?? defaultKubernetesVersion,
    nodeRoleArn: inputs.nodeRoleArn,
    subnetIds: inputs.subnetIds,
    instanceTypes: inputs.instanceTypes ?? ["t3.medium"],
    givenInstanceTypes: inputs.instanceTypes !== undefined,
    amiType: inputs.amiType ?? "AL2023_x86_64_STANDARD",
    capacityType: inputs.capacityType ?? "ON_DEMAND",
    diskSize: inputs.diskSize,
    remoteAccess: inputs.remoteAccess !== undefined,
    scaling: inputs.scalingConfig,
    labels: inputs.labels ?? {},
    taints: taintsOf(inputs),
    launchTemplate: templateOf(inputs),
    tags: tagsAll,
  };
}

/** Pulumi's seven digits, or behind a prefix Terraform's 26, by which it is told from the name when it is read. */
function madeUpName(account: AwsAccount, resource: string, prefix: string | undefined): string {
  return prefix ? `${prefix}${account.newHex(26)}` : `${resource}-${account.newHex(7)}`;
}

function nodeGroupOutputs(group: NodeGroup): Props {
  const { launchTemplate } = group;
  return {
    arn: group.arn,
    clusterName: group.clusterName,
    nodeGroupName: group.name,
    nodeGroupNamePrefix: /^(.+)[0-9a-f]{26}$/.exec(group.name)?.[1] ?? "",
    nodeRoleArn: group.nodeRoleArn,
    subnetIds: group.subnetIds,
    instanceTypes: group.instanceTypes,
    amiType: group.amiType,
    capacityType: group.capacityType,
    diskSize: group.diskSize,
    scalingConfig: group.scaling,
    labels: group.labels,
    taints: group.taints.map(({ effect, ...taint }) => ({
      ...taint,
      effect: Object.entries(effects).find(([, name]) => name === effect)?.[0],
    })),
    version: group.version,
    releaseVersion: group.releaseVersion,
    status: group.state,
    updateConfig: { maxUnavailable: 1 },
    resources: [{ autoscalingGroups: [{ name: group.autoScalingGroup }], remoteAccessSecurityGroupId: "" }],
    ...(launchTemplate ? { launchTemplate } : {}),
  };
}

function taintsOf(inputs: Props): { key: string; value?: string; effect: string }[] {
  const given: { key: string; value?: string; effect: keyof typeof effects }[] = inputs.taints ?? [];
  return given.map(({ key, value, effect }) => ({ key, ...(value ? { value } : {}), effect: effects[effect] }));
}

function templateOf({ launchTemplate }: Props) {
  if (!launchTemplate) return undefined;
  const { id = "", name = "", version } = launchTemplate;
  return { id, name, version: `${version}` };
}

function partsOf(id: string): [cluster: string, group: string] {
  const [cluster = "", group = ""] = id.split(":");
  return [cluster, group];
}
