import type { Region } from "../../aws/account/account";
import {
  associatePolicy,
  createAccessEntry,
  deleteAccessEntry,
  disassociatePolicy,
  updateAccessEntry,
} from "../../aws/eks/access-entries";
import type { Eks } from "../../aws/eks/eks";
import type { AccessEntry, PodIdentityAssociation } from "../../aws/eks/items";
import { findAccessEntry, findCluster, requireCluster } from "../../aws/eks/lookup";
import { createPodIdentity, deletePodIdentity, updatePodIdentity } from "../../aws/eks/pod-identities";
import type { ResourceKind } from "./resource-kind";

/** By type token. */
export function accessKinds(eks: Eks): Record<string, ResourceKind> {
  return {
    "aws:eks/accessEntry:AccessEntry": accessEntryKind(eks),
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": accessPolicyKind(eks),
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": podIdentityKind(eks),
  };
}

/** Its id is `cluster:principal`. */
function accessEntryKind(eks: Eks): ResourceKind {
  return {
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
    live: ({ region }, id) => {
      const found = entryOf(eks, region, namesIn(id));
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
    update: async ({ region }, id, { userName, kubernetesGroups = [] }) => {
      const found = entryOf(eks, region, namesIn(id));
      if (found) await updateAccessEntry(eks, found, { userName, kubernetesGroups });
    },
    delete: async ({ region }, id) => {
      const found = entryOf(eks, region, namesIn(id));
      if (found) await deleteAccessEntry(eks, found);
    },
    tags: ({ region }, id) => entryOf(eks, region, namesIn(id))?.tags,
  };
}

/** Its id is `cluster#principal#policy`. */
function accessPolicyKind(eks: Eks): ResourceKind {
  return {
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
      const names = policyNamesIn(id);
      const found = entryOf(eks, region, names)?.policies.find(({ policyArn }) => policyArn === names.policyArn);
      return found && { ...names, accessScope: found.accessScope };
    },
    delete: async ({ region }, id) => {
      const names = policyNamesIn(id);
      const found = entryOf(eks, region, names);
      if (found) await disassociatePolicy(eks, found, names.policyArn);
    },
  };
}

/** Its id is the association's. */
function podIdentityKind(eks: Eks): ResourceKind {
  const association = (id: string) => eks.account.get<PodIdentityAssociation>("eks-pod-identity-association", id);
  return {
    service: "eks",
    noun: "EKS Pod Identity Association",
    item: "eks-pod-identity-association",
    permanent: ["clusterName", "namespace", "serviceAccount"],
    create: async ({ region, tagsAll }, { clusterName, namespace, serviceAccount, roleArn }) => {
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
}

interface EntryNames {
  readonly clusterName: string;
  readonly principalArn: string;
}

function entryOf(eks: Eks, region: Region, { clusterName, principalArn }: EntryNames): AccessEntry | undefined {
  const cluster = findCluster(eks.account, region, clusterName);
  return cluster && findAccessEntry(eks.account, cluster, principalArn);
}

function namesIn(id: string): EntryNames {
  const at = id.indexOf(":");
  return { clusterName: id.slice(0, at), principalArn: id.slice(at + 1) };
}

function policyNamesIn(id: string): EntryNames & { readonly policyArn: string } {
  const [clusterName = "", principalArn = "", policyArn = ""] = id.split("#");
  return { clusterName, principalArn, policyArn };
}
