/** Who may use a cluster's API: access entries with their policies. */
import type { AwsAccount, Region } from "../account/account";
import { AwsError } from "../account/errors";
import { roleByArn } from "../iam/roles";
import type { Eks } from "./eks";
import { invalidParameter, resourceInUse } from "./errors";
import type { AccessEntry, AccessPolicy, Cluster } from "./items";
import { findAccessEntry, requireAccessEntry, requireActive, requireCluster, subject } from "./lookup";
import type { AccessEntryArgs } from "./requests";

/** Policies that can be associated with an entry (EKS user guide, access-policy-permissions). */
const policies = ["ClusterAdmin", "Admin", "AdminView", "Edit", "View", "Auto", "Hybrid"].map(
  (name) => `arn:aws:eks::aws:cluster-access-policy/AmazonEKS${name}Policy`,
);

/** Writes nothing into the cluster: who asks through the ground's kubeconfigs may do everything. */
export function createAccessEntry(eks: Eks, region: Region, args: AccessEntryArgs): Promise<AccessEntry> {
  const { account } = eks;
  const { clusterName, principalArn, type } = args;
  return account.call("eks:CreateAccessEntry", subject(region, clusterName, principalArn), () => {
    const cluster = requireCluster(account, region, clusterName);
    requireActive(cluster);
    requireEntries(cluster);
    checkEntry(account, cluster, args);
    const entry = newEntry(account, cluster, principalArn, type);
    Object.assign(entry.tags, args.tags);
    entry.implicit = false;
    if (args.userName) entry.userName = args.userName;
    if (type === "STANDARD") entry.kubernetesGroups = [...args.kubernetesGroups];
    return entry;
  });
}

/** Groups and user name change in place; without a name it is the principal's ARN. */
export function updateAccessEntry(
  eks: Eks,
  entry: AccessEntry,
  change: Pick<AccessEntryArgs, "userName" | "kubernetesGroups">,
): Promise<void> {
  return eks.account.call("eks:UpdateAccessEntry", subjectOf(entry), () => {
    entry.kubernetesGroups = [...change.kubernetesGroups];
    entry.userName = change.userName ?? entry.principalArn;
  });
}

/** Its policies go with it. */
export function deleteAccessEntry(eks: Eks, entry: AccessEntry): Promise<void> {
  return eks.account.call("eks:DeleteAccessEntry", subjectOf(entry), () => eks.account.remove(entry.kind, entry.id));
}

/** Associating again replaces the scope. */
export function associatePolicy(eks: Eks, cluster: Cluster, principalArn: string, policy: AccessPolicy): Promise<void> {
  const at = subject(cluster.region, cluster.name, principalArn, policy.policyArn);
  return eks.account.call("eks:AssociateAccessPolicy", at, () => {
    requireEntries(cluster);
    const entry = requireAccessEntry(eks.account, cluster, principalArn);
    checkPolicy(policy);
    entry.policies = [...withoutPolicy(entry, policy.policyArn), policy];
  });
}

/** Takes a policy away, whatever its scope. */
export function disassociatePolicy(eks: Eks, entry: AccessEntry, policyArn: string): Promise<void> {
  return eks.account.call("eks:DisassociateAccessPolicy", `${subjectOf(entry)} ${policyArn}`, () => {
    entry.policies = withoutPolicy(entry, policyArn);
  });
}

/** At once; entries that EKS makes by itself come with the cluster and go with it. */
export function newEntry(account: AwsAccount, cluster: Cluster, principalArn: string, type: string): AccessEntry {
  return account.put<AccessEntry>({
    id: `${cluster.arn} ${principalArn}`,
    kind: "eks-access-entry",
    region: cluster.region,
    arn: account.arn("eks", cluster.region, `access-entry/${cluster.name}/${account.newHex(32)}`),
    state: "available",
    implicit: true,
    tags: {},
    clusterName: cluster.name,
    principalArn,
    type,
    userName: type === "STANDARD" ? principalArn : "system:node:{{EC2PrivateDNSName}}",
    kubernetesGroups: type === "STANDARD" ? [] : ["system:nodes"],
    policies: [],
  });
}

function requireEntries({ authenticationMode }: Cluster): void {
  if (authenticationMode !== "CONFIG_MAP") return;
  throw new AwsError(
    "InvalidRequestException",
    "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
    "eks-access-mode",
  );
}

function checkEntry(account: AwsAccount, cluster: Cluster, args: AccessEntryArgs): void {
  const { principalArn, type } = args;
  const isUser = /^arn:aws:iam::\d{12}:user\/.+$/.test(principalArn);
  if (!isUser && !roleByArn(account, principalArn)) {
    throw invalidParameter(
      `The specified principalArn is invalid: ${principalArn} does not exist`,
      "eks-access-principal",
    );
  }
  if (findAccessEntry(account, cluster, principalArn)) {
    throw resourceInUse("The specified access entry resource is already in use on this cluster.", "eks-in-use");
  }
  if (args.kubernetesGroups.some((group) => group.startsWith("system:") && type === "STANDARD")) {
    throw invalidParameter("The kubernetes group name may not start with system:", "eks-access-principal");
  }
}

function checkPolicy({ policyArn, accessScope }: AccessPolicy): void {
  if (!policies.includes(policyArn)) {
    throw invalidParameter(`The policyArn parameter format is not valid: ${policyArn}`, "eks-access-principal");
  }
  const { type, namespaces = [] } = accessScope;
  if ((type === "namespace") !== namespaces.length > 0) {
    throw invalidParameter("Namespaces are given exactly when the access scope is namespace", "eks-access-principal");
  }
}

function withoutPolicy(entry: AccessEntry, policyArn: string): AccessPolicy[] {
  return entry.policies.filter((each) => each.policyArn !== policyArn);
}

function subjectOf({ region, clusterName, principalArn }: AccessEntry): string {
  return subject(region, clusterName, principalArn);
}
