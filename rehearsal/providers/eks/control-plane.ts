/** The EKS cluster itself and the role that EKS acts by. */
import * as eks from "@pulumi/aws/eks";
import type * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterArguments } from "./cluster-arguments";
import { ServiceRole } from "./service-role";

/** What a control plane is built from besides the component's arguments. */
export interface ControlPlaneNeeds {
  readonly parent: pulumi.Resource;
  readonly subnetIds: pulumi.Output<string[]>;
  readonly role: pulumi.Output<iam.Role>;
  /** Known once the role carries its policies, which must be there as long as the cluster is. */
  readonly ready: pulumi.Output<iam.Role>[];
}

/** The role that EKS acts by: the caller's, or one of the component's own. */
export function serviceRole(
  name: string,
  args: ClusterArguments,
  partition: pulumi.Output<string>,
  parent: pulumi.Resource,
) {
  if (args.serviceRole) return { role: pulumi.output(args.serviceRole), ready: [] };
  const { directRole, resolvedRole } = new ServiceRole(
    `${name}-eksRole`,
    {
      service: "eks.amazonaws.com",
      description: "Allows EKS to manage clusters on your behalf.",
      assumeRoleActions: ["sts:AssumeRole", "sts:TagSession"],
      managedPolicyArns: [
        {
          id: "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy",
          arn: pulumi.interpolate`arn:${partition}:iam::aws:policy/AmazonEKSClusterPolicy`,
        },
      ],
      tags: args.tags,
    },
    { parent },
  );
  return { role: pulumi.output(directRole), ready: [resolvedRole] };
}

/** The cluster, as the component declares it. */
export function controlPlane(name: string, args: ClusterArguments, needs: ControlPlaneNeeds): eks.Cluster {
  return new eks.Cluster(
    `${name}-eksCluster`,
    {
      name: args.name,
      roleArn: needs.role.arn,
      kubernetesNetworkConfig: networkConfig(args),
      bootstrapSelfManagedAddons: args.bootstrapSelfManagedAddons ?? true,
      vpcConfig: {
        subnetIds: needs.subnetIds,
        endpointPrivateAccess: args.endpointPrivateAccess,
        endpointPublicAccess: args.endpointPublicAccess,
        publicAccessCidrs:
          args.publicAccessCidrs && publicAccessCidrs(args.publicAccessCidrs, args.endpointPublicAccess),
      },
      version: args.version,
      enabledClusterLogTypes: args.enabledClusterLogTypes,
      tags: pulumi
        .all([args.tags, args.clusterTags])
        .apply(([tags, clusterTags]) => ({ Name: `${name}-eksCluster`, ...clusterTags, ...tags })),
      accessConfig: {
        authenticationMode: args.authenticationMode,
        bootstrapClusterCreatorAdminPermissions: true,
      },
      upgradePolicy: args.upgradePolicy,
      deletionProtection: args.deletionProtection,
    },
    {
      parent: needs.parent,
      // Both only mean something at creation.
      ignoreChanges: ["accessConfig.bootstrapClusterCreatorAdminPermissions", "bootstrapSelfManagedAddons"],
      dependsOn: needs.ready,
    },
  );
}

/** EKS's own choice when the component is told nothing. */
function networkConfig({ kubernetesServiceIpAddressRange, ipFamily }: ClusterArguments) {
  if (!kubernetesServiceIpAddressRange && !ipFamily) return undefined;
  return pulumi.all([kubernetesServiceIpAddressRange, ipFamily]).apply(([range, family = "ipv4"]) => ({
    serviceIpv4Cidr: family === "ipv4" ? range : undefined,
    ipFamily: family,
  }));
}

function publicAccessCidrs(
  cidrs: pulumi.Input<pulumi.Input<string>[]>,
  publicAccess: pulumi.Input<boolean> = true,
): pulumi.Output<string[]> {
  return pulumi.all([cidrs, publicAccess]).apply(([known, open]) => {
    if (!open) throw new Error("`publicAccessCidrs` can only be set when `endpointPublicAccess` is true");
    return known;
  });
}
