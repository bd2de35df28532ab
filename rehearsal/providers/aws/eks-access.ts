import {
  associatePolicy,
  createAccessEntry,
  deleteAccessEntry,
  disassociatePolicy,
  updateAccessEntry,
} from "../../aws/eks/access-entries";
import type { Eks } from "../../aws/eks/eks";
import type { PodIdentityAssociation } from "../../aws/eks/items";
import { findAccessEntry, findCluster, requireCluster } from "../../aws/eks/lookup";
import { createPodIdentity, deletePodIdentity, updatePodIdentity } from "../../aws/eks/pod-identities";
import type { Props } from "../../base/operations";
import type { ResourceKind } from "./resource-kind";

export function accessKinds(eks: Eks): Record<string, ResourceKind> {
  const entry = (region: string, { clusterName, principalArn }: Props) => {
    const cluster = findCluster(eks.account, region, clusterName);
    return cluster && findAccessEntry(eks.account, cluster, principalArn);
  };
  const association = (id: string) => eks.account.get<PodIdentityAssociation>("eks-pod-identity-association", id);

  /** Its id is `cluster:principal`. */
  const accessEntry: ResourceKind = {
    service: "eks",
    noun: "EKS Access Entry",
    permanent: ["clusterName", "principalArn", "type"],
    create: async ({ region, tagsAll }, inputs) => {
      const { clusterName, principalArn } = inputs;
      await createAccessEntry(eks, region, {
        clusterName,
        principalArn,
        type: inputs.type ?? "STANDARD",
        userName: inputs.userName,
        kubernetesGroups: inputs.kubernetesGroups ?? [],
        tags: tagsAll,
      });
      return `${clusterName}:${principalArn}`;
    },
    live: ({ region }, id, state) => {
      const found = entry(region, { ...entryOf(id), ...state });
      return (
        found && {
          accessEntryArn: found.arn,
          clusterName: found.clusterName,
          principalArn: found.principalArn,
          type: found.type,
          userName: found.userName,
          kubernetesGroups: found.kubernetesGroups,
        }
      );
    },
    update: async ({ region }, id, news) => {
      const found = entry(region, entryOf(id));
      const { userName, kubernetesGroups = [] } = news;
      if (found) await updateAccessEntry(eks, found, { userName, kubernetesGroups });
    },
    delete: async ({ region }, id) => {
      const found = entry(region, entryOf(id));
      if (found) await deleteAccessEntry(eks, found);
    },
    tags: ({ region }, id) => entry(region, entryOf(id))?.tags,
  };

  /** Its id is `cluster#principal#policy`. */
  const accessPolicy: ResourceKind = {
    service: "eks",
    noun: "EKS Access Policy Association",
    permanent: ["clusterName", "principalArn", "policyArn", "accessScope"],
    create: async ({ region }, inputs) => {
      const { clusterName, principalArn, policyArn, accessScope } = inputs;
      const cluster = requireCluster(eks.account, region, clusterName);
      await associatePolicy(eks, cluster, principalArn, { policyArn, accessScope });
      return [clusterName, principalArn, policyArn].join("#");
    },
    live: ({ region }, id) => {
      const names = policyOf(id);
      const found = entry(region, names)?.policies.find(({ policyArn }) => policyArn === names.policyArn);
      return found && { ...names, accessScope: found.accessScope };
    },
    delete: async ({ region }, id) => {
      const names = policyOf(id);
      const found = entry(region, names);
      if (found) await disassociatePolicy(eks, found, names.policyArn);
    },
  };

  /** Its id is the association's. */
  const podIdentity: ResourceKind = {
    service: "eks",
    noun: "EKS Pod Identity Association",
    item: "eks-pod-identity-association",
    permanent: ["clusterName", "namespace", "serviceAccount"],
    create: async ({ region, tagsAll }, inputs) => {
      const { clusterName, namespace, serviceAccount, roleArn } = inputs;
      const args = { clusterName, namespace, serviceAccount, roleArn, tags: tagsAll };
      return (await createPodIdentity(eks, region, args)).id;
    },
    live: (_context, id) => {
      const found = association(id);
      return (
        found && {
          associationArn: found.arn,
          associationId: found.associationId,
          clusterName: found.clusterName,
          namespace: found.namespace,
          serviceAccount: found.serviceAccount,
          roleArn: found.roleArn,
        }
      );
    },
    update: async (_context, id, news, changed) => {
      const found = association(id);
      if (found && changed.includes("roleArn")) await updatePodIdentity(eks, found, news.roleArn);
    },
    delete: async (_context, id) => {
      const found = association(id);
      if (found) await deletePodIdentity(eks, found);
    },
  };

  return {
    "aws:eks/accessEntry:AccessEntry": accessEntry,
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": accessPolicy,
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": podIdentity,
  };
}

function entryOf(id: string) {
  const at = id.indexOf(":");
  return { clusterName: id.slice(0, at), principalArn: id.slice(at + 1) };
}

function policyOf(id: string) {
  const [clusterName = "", principalArn = "", policyArn = ""] = id.split("#");
  return { clusterName, principalArn, policyArn };
}
