/** Which roles pods have: pod identity associations. */
import type { Region } from "../account/account";
import type { Eks } from "./eks";
import { resourceInUse } from "./errors";
import type { PodIdentityAssociation } from "./items";
import { ofCluster, requireCluster, subject } from "./lookup";
import type { PodIdentityArgs } from "./requests";
import { requireTrust } from "./roles";

/** One role a service account. */
export function createPodIdentity(eks: Eks, region: Region, args: PodIdentityArgs): Promise<PodIdentityAssociation> {
  const { account } = eks;
  const { clusterName, namespace, serviceAccount, roleArn } = args;
  const at = subject(region, clusterName, namespace, serviceAccount);
  return account.call("eks:CreatePodIdentityAssociation", at, () => {
    const cluster = requireCluster(account, region, clusterName);
    requireTrust(account, roleArn, "pods.eks.amazonaws.com", "eks-pod-role");
    const present = account.list<PodIdentityAssociation>("eks-pod-identity-association", ofCluster(cluster));
    if (present.some((each) => each.namespace === namespace && each.serviceAccount === serviceAccount)) {
      throw resourceInUse(`Association already exists: ${namespace}/${serviceAccount}`, "eks-in-use");
    }
    const associationId = `a-${account.newHex(17)}`;
    return account.put<PodIdentityAssociation>({
      id: associationId,
      kind: "eks-pod-identity-association",
      region,
      arn: account.arn("eks", region, `podidentityassociation/${cluster.name}/${associationId}`),
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

/** Another role, in place. */
export function updatePodIdentity(eks: Eks, association: PodIdentityAssociation, roleArn: string): Promise<void> {
  return eks.account.call("eks:UpdatePodIdentityAssociation", subjectOf(association), () => {
    requireTrust(eks.account, roleArn, "pods.eks.amazonaws.com", "eks-pod-role");
    association.roleArn = roleArn;
  });
}

/** Pods that run keep what they have. */
export function deletePodIdentity(eks: Eks, association: PodIdentityAssociation): Promise<void> {
  return eks.account.call("eks:DeletePodIdentityAssociation", subjectOf(association), () =>
    eks.account.remove(association.kind, association.id),
  );
}

function subjectOf({ region, clusterName, id }: PodIdentityAssociation): string {
  return subject(region, clusterName, id);
}
