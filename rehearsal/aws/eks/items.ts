import type { Item } from "../account/account";
import type { AddonName } from "../cluster/addon-objects";
import type { BalancerHealthCheck, BalancerPort } from "../cluster/balancer-spec";
import type { Taint } from "../cluster/nodes";
import type { EksRuleId } from "../rules/eks";
import type { KubernetesVersion } from "./versions";

/** Why something is not in order, as EKS lists it. */
export interface HealthIssue {
  readonly code: string;
  readonly message: string;
  /** Which rule was broken. */
  readonly rule: EksRuleId;
}

/** Where EKS looks up who may use a cluster. */
export type AuthenticationMode = "API" | "API_AND_CONFIG_MAP" | "CONFIG_MAP";

/** Its id is its ARN, because names are unique in a region only. */
export interface Cluster extends Item {
  kind: "eks-cluster";
  arn: string;
  name: string;
  state: "CREATING" | "ACTIVE" | "UPDATING" | "DELETING";
  version: KubernetesVersion;
  roleArn: string;
  vpcId: string;
  subnetIds: string[];
  /** Extra groups of the control plane's interfaces. */
  securityGroupIds: string[];
  /** The group that EKS makes, and that nodes carry. */
  clusterSecurityGroupId: string;
  interfaceIds: string[];
  endpointPrivateAccess: boolean;
  endpointPublicAccess: boolean;
  publicAccessCidrs: string[];
  serviceCidr: string;
  authenticationMode: AuthenticationMode;
  /** 32 hexadecimal digits, the last part of the issuer's URL. */
  oidcId: string;
  createdAt: string;
  endpoint: string;
  certificateAuthority: string;
}

/** How many nodes a group has, and may have. */
export interface Scaling {
  readonly minSize: number;
  readonly maxSize: number;
  readonly desiredSize: number;
}

/** A launch template that a node group uses, by id or by name. */
export interface UsedTemplate {
  readonly id: string;
  readonly name: string;
  /** A number, `$Latest` or `$Default`. */
  readonly version: string;
}

/** A managed node group; its id is its ARN. */
export interface NodeGroup extends Item {
  kind: "eks-nodegroup";
  arn: string;
  name: string;
  clusterName: string;
  state: "CREATING" | "ACTIVE" | "UPDATING" | "DELETING" | "CREATE_FAILED";
  version: KubernetesVersion;
  releaseVersion: string;
  nodeRoleArn: string;
  subnetIds: string[];
  instanceTypes: string[];
  amiType: string;
  capacityType: "ON_DEMAND" | "SPOT";
  diskSize: number;
  scaling: Scaling;
  labels: Record<string, string>;
  taints: Taint[];
  launchTemplate?: UsedTemplate;
  autoScalingGroup: string;
  issues: HealthIssue[];
}

/** An EC2 instance of a node group. */
export interface Instance extends Item {
  kind: "instance";
  clusterName: string;
  nodeGroup: string;
  instanceType: string;
  /** Whether it was bought as spot. */
  spot: boolean;
  availabilityZone: string;
  interfaceId: string;
  volumeId: string;
  /** The one the VPC CNI or Cilium's operator attached; undefined where pods have no addresses of the VPC. */
  podInterfaceId?: string;
  /** Addresses of its pods; undefined before it has joined. */
  podCidr?: string;
  /** Its Node's name. */
  nodeName: string;
}

/** Its id is its ARN. */
export interface Addon extends Item {
  kind: "eks-addon";
  arn: string;
  name: AddonName;
  clusterName: string;
  state: "CREATING" | "ACTIVE" | "UPDATING" | "DEGRADED" | "CREATE_FAILED" | "UPDATE_FAILED" | "DELETING";
  version: string;
  configurationValues: string;
  serviceAccountRoleArn?: string;
  /** Associations that came with it and go with it. */
  podIdentities: { roleArn: string; serviceAccount: string }[];
  issues: HealthIssue[];
}

/** Who may use a cluster; its id is the ARNs of both. */
export interface AccessEntry extends Item {
  kind: "eks-access-entry";
  arn: string;
  clusterName: string;
  principalArn: string;
  type: string;
  userName: string;
  kubernetesGroups: string[];
  policies: AccessPolicy[];
}

/** What an access entry allows, and where. */
export interface AccessPolicy {
  readonly policyArn: string;
  readonly accessScope: { readonly type: string; readonly namespaces?: readonly string[] };
}

/** The role that the pods of a service account have. */
export interface PodIdentityAssociation extends Item {
  kind: "eks-pod-identity-association";
  arn: string;
  associationId: string;
  clusterName: string;
  namespace: string;
  serviceAccount: string;
  roleArn: string;
}

/** What a Service of type LoadBalancer has; its id is its name. */
export interface LoadBalancer extends Item {
  kind: "load-balancer";
  arn: string;
  name: string;
  clusterName: string;
  type: "network" | "classic";
  internal: boolean;
  dnsName: string;
  subnetIds: string[];
  /** One in each of its subnets, in their order. */
  interfaceIds: string[];
  listeners: BalancerPort[];
  /** Instances that connections go to. */
  targetIds: string[];
  /** Whether an address passes connections on to targets of other zones than its own. */
  crossZone: boolean;
  healthCheck: BalancerHealthCheck;
  /** Whether DNS answers its name yet. */
  published: boolean;
  /** Group of its own, which classic ones have. */
  securityGroupId?: string;
}
