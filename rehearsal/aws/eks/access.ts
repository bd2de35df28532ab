/** Who may use a cluster's API (access entries), and which roles its pods have (pod identity associations). */
import type { Region, Tags } from "../account/account";
import { AwsError } from "../account/errors";
import { roleByArn } from "../iam/roles";
import { invalid } from "./cluster-checks";
import { demandActive, newEntry, ofCluster, requireCluster, subject } from "./clusters";
import type { Eks } from "./eks";
import type { AccessEntry, AccessPolicy, Cluster, PodIdentityAssociation } from "./items";
import { requireTrust } from "./roles";

export interface AccessEntryArgs {
  readonly clusterName: string;
  readonly principalArn: string;
  /** Default: STANDARD. */
  readonly type: string;
  readonly userName: string | undefined;
  readonly kubernetesGroups: readonly string[];
  readonly tags: Tags;
}

/** Policies that can be associated with an entry (EKS user guide, access-policy-permissions). */
const policyNames = ["ClusterAdmin", "Admin", "AdminView", "Edit", "View", "Auto", "Hybrid"];

/** Writes nothing into the cluster: who asks through the ground's kubeconfigs may do everything. */
export function createAccessEntry(eks: Eks, region: Region, args: AccessEntryArgs): Promise<AccessEntry> {
  const { clusterName, principalArn, type } = args;
  return eks.account.call("eks:CreateAccessEntry", subject(region, clusterName, principalArn), () => {
    const cluster = requireCluster(eks, region, clusterName);
    demandActive(cluster);
    demandEntries(cluster);
    const isUser = /^arn:aws:iam::\d{12}:user\/.+$/.test(principalArn);
    if (!isUser && !roleByArn(eks.account, principalArn)) {
      throw invalid(`The specified principalArn is invalid: ${principalArn} does not exist`, "eks-access-principal");
    }
    if (findAccessEntry(eks, cluster, principalArn)) {
      throw new AwsError(
        "ResourceInUseException",
        "The specified access entry resource is already in use on this cluster.",
        "eks-in-use",
      );
    }
    if (args.kubernetesGroups.some((group) => group.startsWith("system:") && type === "STANDARD")) {
      throw invalid("The kubernetes group name may not start with system:", "eks-access-principal");
    }
    const entry = newEntry(eks, cluster, principalArn, type);
    Object.assign(entry.tags, args.tags);
    entry.implicit = false;
    if (args.userName) entry.userName = args.userName;
    if (type === "STANDARD") entry.kubernetesGroups = [...args.kubernetesGroups];
    return entry;
  });
}

export function updateAccessEntry(
  eks: Eks,
  entry: AccessEntry,
  change: Pick<AccessEntryArgs, "userName" | "kubernetesGroups">,
): Promise<void> {
  return eks.account.call("eks:UpdateAccessEntry", subject(entry.region, entry.clusterName, entry.principalArn), () => {
    entry.kubernetesGroups = [...change.kubernetesGroups];
    entry.userName = change.userName ?? entry.principalArn;
  });
}

export function deleteAccessEntry(eks: Eks, entry: AccessEntry): Promise<void> {
  return eks.account.call("eks:DeleteAccessEntry", subject(entry.region, entry.clusterName, entry.principalArn), () =>
    eks.account.remove(entry.kind, entry.id),
  );
}

/** Associating again replaces the scope. */
export function associatePolicy(eks: Eks, cluster: Cluster, principalArn: string, policy: AccessPolicy): Promise<void> {
  const at = subject(cluster.region, cluster.name, principalArn, policy.policyArn);
  return eks.account.call("eks:AssociateAccessPolicy", at, () => {
    demandEntries(cluster);
    const entry = requireAccessEntry(eks, cluster, principalArn);
    const known = policyNames.map((name) => `arn:aws:eks::aws:cluster-access-policy/AmazonEKS${name}Policy`);
    if (!known.includes(policy.policyArn)) {
      throw invalid(`The policyArn parameter format is not valid: ${policy.policyArn}`, "eks-access-principal");
    }
    const { type, namespaces = [] } = policy.accessScope;
    if ((type === "namespace") !== namespaces.length > 0) {
      throw invalid("Namespaces are given exactly when the access scope is namespace", "eks-access-principal");
    }
    entry.policies = [...withoutPolicy(entry, policy.policyArn), policy];
  });
}

export function disassociatePolicy(eks: Eks, entry: AccessEntry, policyArn: string): Promise<void> {
  const at = subject(entry.region, entry.clusterName, entry.principalArn, policyArn);
  return eks.account.call("eks:DisassociateAccessPolicy", at, () => {
    entry.policies = withoutPolicy(entry, policyArn);
  });
}

export function findAccessEntry(eks: Eks, cluster: Cluster, principalArn: string): AccessEntry | undefined {
  const entries = eks.account.list<AccessEntry>("eks-access-entry", ofCluster(cluster));
  return entries.find((entry) => entry.principalArn === principalArn);
}

export interface PodIdentityArgs {
  readonly clusterName: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly roleArn: string;
  readonly tags: Tags;
}

export function createPodIdentity(eks: Eks, region: Region, args: PodIdentityArgs): Promise<PodIdentityAssociation> {
  const { clusterName, namespace, serviceAccount, roleArn } = args;
  const at = subject(region, clusterName, namespace, serviceAccount);
  return eks.account.call("eks:CreatePodIdentityAssociation", at, () => {
    const cluster = requireCluster(eks, region, clusterName);
    requireTrust(eks.account, roleArn, "pods.eks.amazonaws.com", "eks-pod-role");
    const present = eks.account.list<PodIdentityAssociation>("eks-pod-identity-association", ofCluster(cluster));
    if (present.some((each) => each.namespace === namespace && each.serviceAccount === serviceAccount)) {
      throw new AwsError(
        "ResourceInUseException",
        `Association already exists: ${namespace}/${serviceAccount}`,
        "eks-in-use",
      );
    }
    const associationId = `a-${eks.account.newHex(17)}`;
    return eks.account.put<PodIdentityAssociation>({
      id: associationId,
      kind: "eks-pod-identity-association",
      region,
      arn: eks.account.arn("eks", region, `podidentityassociation/${cluster.name}/${associationId}`),
      state: "available",
      tags: { ...args.tags },
      description: `${cluster.name} ${namespace}/${serviceAccount}`,
      associationId,
      clusterName,
      namespace,
      serviceAccount,
      roleArn,
    });
  });
}

export function updatePodIdentity(eks: Eks, association: PodIdentityAssociation, roleArn: string): Promise<void> {
  const at = subject(association.region, association.clusterName, association.id);
  return eks.account.call("eks:UpdatePodIdentityAssociation", at, () => {
    requireTrust(eks.account, roleArn, "pods.eks.amazonaws.com", "eks-pod-role");
    association.roleArn = roleArn;
  });
}

export function deletePodIdentity(eks: Eks, association: PodIdentityAssociation): Promise<void> {
  const at = subject(association.region, association.clusterName, association.id);
  return eks.account.call("eks:DeletePodIdentityAssociation", at, () =>
    eks.account.remove(association.kind, association.id),
  );
}

function requireAccessEntry(eks: Eks, cluster: Cluster, principalArn: string): AccessEntry {
  const found = findAccessEntry(eks, cluster, principalArn);
  if (found) return found;
  throw new AwsError(
    "ResourceNotFoundException",
    `The specified principalArn could not be found. You must specify the principalArn of an access entry: ${principalArn}`,
    "eks-not-found",
  );
}

function demandEntries({ authenticationMode }: Cluster): void {
  if (authenticationMode !== "CONFIG_MAP") return;
  throw new AwsError(
    "InvalidRequestException",
    "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
    "eks-access-mode",
  );
}

function withoutPolicy({ policies }: AccessEntry, policyArn: string): AccessPolicy[] {
  return policies.filter((each) => each.policyArn !== policyArn);
}
