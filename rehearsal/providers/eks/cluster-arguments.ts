import type * as eks from "@pulumi/aws/eks";
import type * as iam from "@pulumi/aws/iam";
import type * as pulumi from "@pulumi/pulumi";
import type { AccessEntry } from "./access";
import { type AddonOptions, checkVpcCniOptions } from "./addons";
import { refuse, refuseOthers } from "./arguments";
import type { Credentials } from "./kubeconfig";

type Ids = pulumi.Input<pulumi.Input<string>[]>;
type Tags = pulumi.Input<Record<string, pulumi.Input<string>>>;

/** The arguments of eks.Cluster that the stand-in honours; their meaning is the component's. */
export interface ClusterArguments {
  readonly name?: pulumi.Input<string>;
  readonly version?: pulumi.Input<string>;
  readonly vpcId: pulumi.Input<string>;
  readonly subnetIds?: Ids;
  readonly privateSubnetIds?: Ids;
  readonly publicSubnetIds?: Ids;
  /** Only for default nodes, which are not built: taken and passed on, as the component does. */
  readonly nodeAssociatePublicIpAddress?: boolean;
  readonly skipDefaultNodeGroup: true;
  readonly skipDefaultSecurityGroups: true;
  readonly authenticationMode: "API";
  readonly accessEntries?: Record<string, AccessEntry>;
  readonly endpointPrivateAccess?: pulumi.Input<boolean>;
  readonly endpointPublicAccess?: pulumi.Input<boolean>;
  readonly publicAccessCidrs?: pulumi.Input<pulumi.Input<string>[]>;
  readonly kubernetesServiceIpAddressRange?: pulumi.Input<string>;
  readonly ipFamily?: pulumi.Input<string>;
  readonly vpcCniOptions?: pulumi.Inputs;
  /** True leaves the VPC CNI alone: no add-on of it is built. */
  readonly useDefaultVpcCni?: boolean;
  readonly bootstrapSelfManagedAddons?: boolean;
  readonly kubeProxyAddonOptions?: AddonOptions;
  readonly corednsAddonOptions?: AddonOptions;
  readonly enabledClusterLogTypes?: pulumi.Input<pulumi.Input<string>[]>;
  readonly tags?: Tags;
  readonly clusterTags?: Tags;
  readonly createOidcProvider?: boolean;
  readonly serviceRole?: pulumi.Input<iam.Role>;
  readonly instanceRole?: pulumi.Input<iam.Role>;
  readonly providerCredentialOpts?: pulumi.Input<Credentials>;
  readonly enableConfigMapMutable?: pulumi.Input<boolean>;
  readonly upgradePolicy?: eks.ClusterArgs["upgradePolicy"];
  readonly deletionProtection?: pulumi.Input<boolean>;
}

const known: Record<keyof ClusterArguments, true> = {
  name: true,
  version: true,
  vpcId: true,
  subnetIds: true,
  privateSubnetIds: true,
  publicSubnetIds: true,
  nodeAssociatePublicIpAddress: true,
  skipDefaultNodeGroup: true,
  skipDefaultSecurityGroups: true,
  authenticationMode: true,
  accessEntries: true,
  endpointPrivateAccess: true,
  endpointPublicAccess: true,
  publicAccessCidrs: true,
  kubernetesServiceIpAddressRange: true,
  ipFamily: true,
  vpcCniOptions: true,
  useDefaultVpcCni: true,
  bootstrapSelfManagedAddons: true,
  kubeProxyAddonOptions: true,
  corednsAddonOptions: true,
  enabledClusterLogTypes: true,
  tags: true,
  clusterTags: true,
  createOidcProvider: true,
  serviceRole: true,
  instanceRole: true,
  providerCredentialOpts: true,
  enableConfigMapMutable: true,
  upgradePolicy: true,
  deletionProtection: true,
};

const addonOptions = [
  "enabled",
  "version",
  "resolveConflictsOnCreate",
  "resolveConflictsOnUpdate",
  "configurationValues",
];

/**
 * What the stand-in can build, and what the component itself refuses.
 * @throws Error with all mistakes
 */
export function checkedClusterArguments(args: pulumi.Inputs): ClusterArguments {
  refuseOthers("eks:index:Cluster", args, Object.keys(known));
  refuseOthers("eks:index:Cluster kubeProxyAddonOptions", args.kubeProxyAddonOptions ?? {}, addonOptions);
  refuseOthers("eks:index:Cluster corednsAddonOptions", args.corednsAddonOptions ?? {}, addonOptions);
  checkVpcCniOptions(args.vpcCniOptions ?? {});
  refuse([
    {
      reason:
        "the rehearsal builds no default node group: set skipDefaultNodeGroup to true and add an eks.ManagedNodeGroup",
      when: args.skipDefaultNodeGroup !== true,
    },
    {
      reason:
        "the rehearsal builds no default security groups: set skipDefaultSecurityGroups to true, managed nodes carry the one EKS makes",
      when: args.skipDefaultSecurityGroups !== true,
    },
    {
      reason: 'the rehearsal builds no aws-auth ConfigMap: set authenticationMode to "API" and use accessEntries',
      when: args.authenticationMode !== "API",
    },
    {
      reason: "the rehearsal has no default VPC: set vpcId",
      when: args.vpcId === undefined,
    },
    {
      reason: "subnetIds excludes publicSubnetIds and privateSubnetIds: choose one way",
      when: args.subnetIds !== undefined && (args.publicSubnetIds ?? args.privateSubnetIds) !== undefined,
    },
  ]);
  return args as ClusterArguments;
}
