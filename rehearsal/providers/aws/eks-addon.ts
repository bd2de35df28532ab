import { createAddon, deleteAddon, updateAddon } from "../../aws/eks/addons";
import type { Eks } from "../../aws/eks/eks";
import type { Addon } from "../../aws/eks/items";
import { findAddon } from "../../aws/eks/lookup";
import { InitFailed, type Props } from "../../base/operations";
import type { ResourceKind } from "./resource-kind";

/** Its id is `cluster:add-on`. */
export function addonKind(eks: Eks): ResourceKind {
  return {
    service: "eks",
    noun: "EKS Add-On",
    permanent: ["clusterName", "addonName"],
    create: async ({ region, tagsAll }, inputs) => {
      const addon = await createAddon(eks, region, {
        clusterName: inputs.clusterName,
        addonName: inputs.addonName,
        ...settingsOf(inputs),
        resolveConflicts: inputs.resolveConflictsOnCreate ?? "NONE",
        tags: tagsAll,
      });
      const id = `${addon.clusterName}:${addon.name}`;
      const why = complaint(addon, "create");
      if (why)
        throw new InitFailed(id, { ...inputs, ...addonOutputs(addon), region, tags: inputs.tags, tagsAll }, [why]);
      return id;
    },
    live: ({ region }, id) => {
      const addon = findAddon(eks.account, region, ...partsOf(id));
      return addon && addonOutputs(addon);
    },
    update: async ({ region }, id, news, changed) => {
      const addon = findAddon(eks.account, region, ...partsOf(id));
      const settings = ["addonVersion", "configurationValues", "serviceAccountRoleArn", "podIdentityAssociations"];
      if (!addon || !changed.some((key) => settings.includes(key))) return;
      await updateAddon(eks, addon, settingsOf(news));
      const why = complaint(addon, "update");
      if (why) throw new Error(why);
    },
    delete: async ({ region }, id, state) => {
      const addon = findAddon(eks.account, region, ...partsOf(id));
      if (addon) await deleteAddon(eks, addon, state.preserve ?? false);
    },
    tags: ({ region }, id) => findAddon(eks.account, region, ...partsOf(id))?.tags,
  };
}

function addonOutputs(addon: Addon): Props {
  return {
    arn: addon.arn,
    clusterName: addon.clusterName,
    addonName: addon.name,
    addonVersion: addon.version,
    configurationValues: addon.configurationValues,
    ...(addon.serviceAccountRoleArn ? { serviceAccountRoleArn: addon.serviceAccountRoleArn } : {}),
  };
}

function settingsOf(inputs: Props) {
  return {
    version: inputs.addonVersion,
    configurationValues: inputs.configurationValues,
    serviceAccountRoleArn: inputs.serviceAccountRoleArn,
    podIdentities: inputs.podIdentityAssociations ?? [],
  };
}

/** What the provider says when its wait ends without ACTIVE. */
function complaint(addon: Addon, verb: "create" | "update"): string | undefined {
  if (addon.state === "ACTIVE") return undefined;
  const issues = addon.issues.map(({ code, message }) => `${code}: ${message}`).join("; ");
  return (
    `waiting for EKS Add-On (${addon.clusterName}:${addon.name}) ${verb}: unexpected state '${addon.state}', wanted ` +
    `target 'ACTIVE'. last error: ${issues}`
  );
}

function partsOf(id: string): [cluster: string, addon: string] {
  const [cluster = "", addon = ""] = id.split(":");
  return [cluster, addon];
}
