/** The aws provider's EKS part, over the emulated EKS. */
import type { Eks } from "../../aws/eks/eks";
import { findCluster } from "../../aws/eks/lookup";
import { addonVersions, requireAddon, requireVersion } from "../../aws/eks/versions";
import { accessKinds } from "./eks-access";
import { addonKind } from "./eks-addon";
import { clusterKind, clusterOutputs } from "./eks-cluster";
import { nodeGroupKind } from "./eks-node-group";
import type { AwsFunction } from "./functions";
import { AwsResourceHandler } from "./resource-handler";
import type { AwsHandler, ResourceKind } from "./resource-kind";

/** By type token. */
export function eksHandlers(eks: Eks): Record<string, AwsHandler> {
  const kinds: Readonly<Record<string, ResourceKind>> = {
    "aws:eks/cluster:Cluster": clusterKind(eks),
    "aws:eks/nodeGroup:NodeGroup": nodeGroupKind(eks),
    "aws:eks/addon:Addon": addonKind(eks),
    ...accessKinds(eks),
  };
  return Object.fromEntries(
    Object.entries(kinds).map(([type, kind]) => [type, new AwsResourceHandler(eks.account, kind)]),
  );
}

/** By function token. */
export function eksFunctions(eks: Eks): Record<string, AwsFunction> {
  return {
    "aws:eks/getAddonVersion:getAddonVersion": async (_account, region, args) => {
      const versions = addonVersions(requireAddon(args.addonName), requireVersion(args.kubernetesVersion));
      return {
        ...args,
        id: args.addonName,
        region,
        version: args.mostRecent ? versions.mostRecent : versions.default,
      };
    },
    "aws:eks/getCluster:getCluster": async (_account, region, args) => {
      const cluster = findCluster(eks.account, region, args.name);
      if (!cluster) throw new Error(`reading EKS Cluster (${args.name}): couldn't find resource`);
      const { accessConfig, certificateAuthority, kubernetesNetworkConfig, upgradePolicy, ...same } =
        clusterOutputs(cluster);
      return {
        ...same,
        id: args.name,
        region,
        tags: cluster.tags,
        // Functions show as lists what resources show as objects.
        accessConfigs: [accessConfig],
        certificateAuthorities: [certificateAuthority],
        kubernetesNetworkConfigs: [kubernetesNetworkConfig],
        upgradePolicies: [upgradePolicy],
      };
    },
  };
}
