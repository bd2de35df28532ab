import { createCluster, deleteCluster, updateClusterVersion, updateEndpointAccess } from "../../aws/eks/clusters";
import type { Eks } from "../../aws/eks/eks";
import type { Cluster } from "../../aws/eks/items";
import { findCluster, requireCluster } from "../../aws/eks/lookup";
import type { EndpointAccess } from "../../aws/eks/requests";
import { defaultKubernetesVersion } from "../../aws/eks/versions";
import type { Props } from "../../base/operations";
import { changedKeys } from "../provider";
import type { ResourceKind } from "./resource-kind";

const permanent = [
  "name",
  "roleArn",
  "kubernetesNetworkConfig",
  "bootstrapSelfManagedAddons",
  "encryptionConfig",
  "outpostConfig",
];

/** Its id is its name. */
export function clusterKind(eks: Eks): ResourceKind {
  return {
    service: "eks",
    noun: "EKS Cluster",
    permanent: (changed, before, after) => changed.filter((key) => isPermanent(key, before[key], after[key])),
    filledIn: ["vpcConfig.clusterSecurityGroupId", "vpcConfig.vpcId"],
    autoname: true,
    create: async ({ account, region, tagsAll }, inputs) => {
      const name = inputs.name ?? `${inputs.namePrefix}${account.newHex(26)}`;
      await createCluster(eks, region, {
        name,
        version: inputs.version ?? defaultKubernetesVersion,
        roleArn: inputs.roleArn,
        subnetIds: inputs.vpcConfig.subnetIds,
        securityGroupIds: inputs.vpcConfig.securityGroupIds ?? [],
        ...accessOf(inputs.vpcConfig),
        serviceCidr: inputs.kubernetesNetworkConfig?.serviceIpv4Cidr,
        // CONFIG_MAP is EKS's default for clusters made through its API (EKS user guide, setting-up-access-entries).
        authenticationMode: inputs.accessConfig?.authenticationMode ?? "CONFIG_MAP",
        bootstrapSelfManagedAddons: inputs.bootstrapSelfManagedAddons ?? true,
        tags: tagsAll,
      });
      return name;
    },
    live: ({ region }, id) => {
      const cluster = findCluster(eks.account, region, id);
      return cluster && clusterOutputs(cluster);
    },
    update: async ({ region }, id, news, changed) => {
      const cluster = requireCluster(eks.account, region, id);
      if (changed.includes("version") && news.version) await updateClusterVersion(eks, cluster, news.version);
      if (changed.includes("vpcConfig")) await updateEndpointAccess(eks, cluster, accessOf(news.vpcConfig));
    },
    delete: async ({ region }, id) => {
      const cluster = findCluster(eks.account, region, id);
      if (cluster) await deleteCluster(eks, cluster);
    },
    tags: ({ region }, id) => findCluster(eks.account, region, id)?.tags,
  };
}

/** What the provider reads back of a cluster. */
export function clusterOutputs(cluster: Cluster) {
  const { region } = cluster;
  return {
    arn: cluster.arn,
    name: cluster.name,
    // Only clusters on Outposts have one.
    clusterId: "",
    createdAt: cluster.createdAt,
    version: cluster.version,
    platformVersion: "eks.1",
    status: cluster.state,
    roleArn: cluster.roleArn,
    endpoint: cluster.endpoint,
    certificateAuthority: { data: cluster.certificateAuthority },
    identities: [{ oidcs: [{ issuer: `https://oidc.eks.${region}.amazonaws.com/id/${cluster.oidcId}` }] }],
    accessConfig: {
      authenticationMode: cluster.authenticationMode,
      bootstrapClusterCreatorAdminPermissions: true,
    },
    kubernetesNetworkConfig: {
      ipFamily: "ipv4",
      serviceIpv4Cidr: cluster.serviceCidr,
      serviceIpv6Cidr: "",
      elasticLoadBalancing: { enabled: false },
    },
    upgradePolicy: { supportType: "EXTENDED" },
    deletionProtection: false,
    enabledClusterLogTypes: [],
    vpcConfig: {
      clusterSecurityGroupId: cluster.clusterSecurityGroupId,
      endpointPrivateAccess: cluster.endpointPrivateAccess,
      endpointPublicAccess: cluster.endpointPublicAccess,
      publicAccessCidrs: cluster.publicAccessCidrs,
      securityGroupIds: cluster.securityGroupIds,
      subnetIds: cluster.subnetIds,
      vpcId: cluster.vpcId,
    },
  };
}

/** Public to everybody and not private is EKS's default (API reference, VpcConfigRequest). */
function accessOf(vpcConfig: Props): EndpointAccess {
  return {
    endpointPrivateAccess: vpcConfig.endpointPrivateAccess ?? false,
    endpointPublicAccess: vpcConfig.endpointPublicAccess ?? true,
    publicAccessCidrs: vpcConfig.publicAccessCidrs ?? [],
  };
}

/** Who may reach the endpoint changes in place; subnets and groups of the control plane are taken as lasting. */
function isPermanent(key: string, before: Props | undefined, after: Props | undefined): boolean {
  if (key !== "vpcConfig") return permanent.includes(key);
  const inPlace = ["endpointPrivateAccess", "endpointPublicAccess", "publicAccessCidrs"];
  return changedKeys(before ?? {}, after ?? {}).some((setting) => !inPlace.includes(setting));
}
