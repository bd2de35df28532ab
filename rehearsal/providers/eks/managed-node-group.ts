import * as eks from "@pulumi/aws/eks";
import * as pulumi from "@pulumi/pulumi";
import { refuse, refuseOthers } from "./arguments";
import { Cluster, type CoreData } from "./cluster";
import { customLaunchTemplate, needsLaunchTemplate, needsUserData, templateArguments } from "./launch-template";

/** Arguments that go to the aws.eks.NodeGroup as they are. */
const passedOn = [
  "amiType",
  "capacityType",
  "diskSize",
  "forceUpdateVersion",
  "instanceTypes",
  "labels",
  "launchTemplate",
  "nodeGroupName",
  "nodeGroupNamePrefix",
  "nodeRepairConfig",
  "releaseVersion",
  "remoteAccess",
  "tags",
  "taints",
  "updateConfig",
  "version",
] as const;

const known = [
  ...passedOn,
  ...templateArguments,
  "cluster",
  "clusterName",
  "nodeRole",
  "nodeRoleArn",
  "subnetIds",
  "scalingConfig",
  "ignoreScalingChanges",
  "operatingSystem",
  "gpu",
];

/**
 * An eks.ManagedNodeGroup as pulumi-eks 4.3 builds it: the node group, and a launch template when an option needs one.
 * The template names no security group, so EKS gives nodes the one that it made for the cluster, as it does without a
 * template (EKS user guide, launch-templates). Placement groups and EFA are not built.
 */
export class ManagedNodeGroup extends pulumi.ComponentResource {
  /** Every output of the component. */
  public readonly outputs: pulumi.Inputs;

  constructor(name: string, args: pulumi.Inputs, opts: pulumi.ComponentResourceOptions) {
    checkArguments(args);
    const core = coreOf(args.cluster);
    // With a launch template of the caller's the version is that of its image, so it is not the component's to say.
    const version = args.version ?? (args.launchTemplate ? undefined : core.cluster.version);
    const versioned = { ...args, version };
    super("eks:index:ManagedNodeGroup", name, versioned, opts);
    this.outputs = { nodeGroup: nodeGroup(name, versioned, core, this), placementGroupName: "" };
    this.registerOutputs(this.outputs);
  }
}

/** @param cluster an eks.Cluster or its core */
function coreOf(cluster: pulumi.Input<Cluster | pulumi.Unwrap<CoreData>>): pulumi.Output<pulumi.Unwrap<CoreData>> {
  return pulumi
    .output(cluster)
    .apply((given) => (given instanceof Cluster ? given.core : pulumi.output(given as pulumi.Unwrap<CoreData>)));
}

function nodeGroup(
  name: string,
  args: pulumi.Inputs,
  core: pulumi.Output<pulumi.Unwrap<CoreData>>,
  parent: ManagedNodeGroup,
): eks.NodeGroup {
  const template = needsLaunchTemplate(args) ? customLaunchTemplate(name, args, core, parent) : undefined;
  const settings: pulumi.Inputs = Object.fromEntries(passedOn.map((argument) => [argument, args[argument]]));
  if (template) settings.diskSize = undefined;
  // EKS takes no version or kind of image beside an image of one's own (EKS user guide, launch-templates).
  const ownImage = needsUserData(args) ? { version: undefined, releaseVersion: undefined, amiType: undefined } : {};

  return new eks.NodeGroup(
    name,
    {
      ...settings,
      ...ownImage,
      clusterName: args.clusterName ?? core.cluster.name,
      nodeRoleArn: args.nodeRoleArn ?? pulumi.output(args.nodeRole).apply((role) => role.arn),
      scalingConfig: pulumi.output(args.scalingConfig).apply((given) => ({
        desiredSize: given?.desiredSize ?? 2,
        minSize: given?.minSize ?? 1,
        maxSize: given?.maxSize ?? 2,
      })),
      subnetIds: args.subnetIds ?? core.apply(({ subnetIds }) => subnetIds),
      launchTemplate: template
        ? { id: template.id, version: template.latestVersion.apply((latest) => `${latest}`) }
        : args.launchTemplate,
    },
    { parent, ignoreChanges: args.ignoreScalingChanges ? ["scalingConfig.desiredSize"] : undefined },
  );
}

function checkArguments(args: pulumi.Inputs): void {
  refuseOthers("eks:index:ManagedNodeGroup", args, known);
  const roles = [args.nodeRole, args.nodeRoleArn].filter((role) => role !== undefined).length;
  refuse([
    { reason: "give either nodeRole or nodeRoleArn", when: roles !== 1 },
    {
      reason: "amiId excludes gpu and amiType",
      when: Boolean(args.amiId && (args.gpu || args.amiType)),
    },
    {
      reason: `a launch template of one's own excludes ${templateArguments.join(", ")}: put them into it`,
      when: Boolean(args.launchTemplate) && needsLaunchTemplate(args),
    },
    {
      reason: "user data of one's own excludes kubeletExtraArgs and nodeadmExtraOptions: put them into it",
      when: Boolean(args.userData && (args.kubeletExtraArgs ?? args.nodeadmExtraOptions) !== undefined),
    },
    {
      reason: "the rehearsal knows no other operatingSystem than AL2023",
      when: args.operatingSystem !== undefined && args.operatingSystem !== "AL2023",
    },
  ]);
}
