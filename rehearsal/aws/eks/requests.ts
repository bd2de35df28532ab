/** What callers ask of EKS, in the terms of its API. */
import type { Tags } from "../account/account";
import type { Taint } from "../cluster/nodes";
import type { AuthenticationMode, Scaling, UsedTemplate } from "./items";

/** Who reaches the API. */
export interface EndpointAccess {
  readonly endpointPrivateAccess: boolean;
  readonly endpointPublicAccess: boolean;
  /** Ranges that may reach the public endpoint. */
  readonly publicAccessCidrs: readonly string[];
}

/** CreateCluster. */
export interface ClusterArgs extends EndpointAccess {
  readonly name: string;
  readonly version: string;
  readonly roleArn: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** Default: one of EKS's two, outside of the VPC. */
  readonly serviceCidr: string | undefined;
  readonly authenticationMode: AuthenticationMode;
  /** Whether EKS puts vpc-cni, kube-proxy and coredns into the cluster by itself. */
  readonly bootstrapSelfManagedAddons: boolean;
  readonly tags: Tags;
}

/** CreateNodegroup. */
export interface NodeGroupArgs {
  readonly name: string;
  readonly clusterName: string;
  readonly version: string;
  readonly nodeRoleArn: string;
  readonly subnetIds: readonly string[];
  /** Never empty. */
  readonly instanceTypes: readonly string[];
  /** Whether the types were asked for, rather than EKS's default. */
  readonly givenInstanceTypes: boolean;
  readonly amiType: string;
  readonly capacityType: "ON_DEMAND" | "SPOT";
  /** GiB; undefined when not asked for. */
  readonly diskSize: number | undefined;
  readonly remoteAccess: boolean;
  readonly scaling: Scaling;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly launchTemplate: UsedTemplate | undefined;
  readonly tags: Tags;
}

/** What an add-on may be set to, when it is made and later. */
export interface AddonSettings {
  /** Default: what EKS takes by itself for the cluster's version. */
  readonly version: string | undefined;
  /** JSON. */
  readonly configurationValues: string | undefined;
  readonly serviceAccountRoleArn: string | undefined;
  /** Associations that come with the add-on and go with it. */
  readonly podIdentities: readonly { readonly roleArn: string; readonly serviceAccount: string }[];
}

/** CreateAddon. */
export interface AddonArgs extends AddonSettings {
  readonly clusterName: string;
  readonly addonName: string;
  readonly resolveConflicts: "NONE" | "OVERWRITE" | "PRESERVE";
  readonly tags: Tags;
}

/** CreateAccessEntry. */
export interface AccessEntryArgs {
  readonly clusterName: string;
  readonly principalArn: string;
  /** Default: STANDARD. */
  readonly type: string;
  readonly userName: string | undefined;
  readonly kubernetesGroups: readonly string[];
  readonly tags: Tags;
}

/** CreatePodIdentityAssociation. */
export interface PodIdentityArgs {
  readonly clusterName: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly roleArn: string;
  readonly tags: Tags;
}
