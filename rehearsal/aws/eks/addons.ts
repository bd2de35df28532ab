import type { AwsAccount, Region } from "../account/account";
import type { AddonName } from "../cluster/addon-objects";
import { addonIssue, installAddon, parseConfiguration, refusedByCni, removeAddon } from "../cluster/addons";
import type { Eks } from "./eks";
import { invalidParameter, resourceInUse } from "./errors";
import type { Addon, Cluster } from "./items";
import { findAddon, requireActive, requireCluster, subject } from "./lookup";
import type { AddonArgs, AddonSettings } from "./requests";
import { requireTrust } from "./roles";
import { addonVersions, requireAddon, requireAddonVersion } from "./versions";

/** AWS seconds for which the provider waits for an add-on (aws.eks.Addon, default timeout of create). */
const patience = 20 * 60;

/** Resolves when it is ACTIVE, or is not and will not be: its `issues` then say why. */
export async function createAddon(eks: Eks, region: Region, args: AddonArgs): Promise<Addon> {
  const { account } = eks;
  const cluster = requireCluster(account, region, args.clusterName);
  const addon = await account.call("eks:CreateAddon", subject(region, cluster.name, args.addonName), async () => {
    requireActive(cluster);
    const name = requireAddon(args.addonName);
    if (findAddon(account, region, cluster.name, name)) throw resourceInUse("Addon already exists.", "eks-in-use");
    checkSettings(account, cluster, name, args);
    const made = newAddon(account, cluster, name, args);
    if (args.resolveConflicts !== "OVERWRITE" && (await isSelfManaged(eks, cluster, name))) conflict(made);
    else await apply(eks, cluster, made);
    return made;
  });
  await settle(eks, cluster, addon, "CREATE_FAILED");
  return addon;
}

/** Another version or configuration, in place. */
export async function updateAddon(eks: Eks, addon: Addon, change: AddonSettings): Promise<void> {
  const { account } = eks;
  const cluster = requireCluster(account, addon.region, addon.clusterName);
  await account.call("eks:UpdateAddon", subject(addon.region, cluster.name, addon.name), async () => {
    checkSettings(account, cluster, addon.name, change);
    addon.state = "UPDATING";
    Object.assign(addon, { serviceAccountRoleArn: undefined, ...settings(cluster, addon.name, change) });
    addon.issues = [];
    await apply(eks, cluster, addon);
  });
  await settle(eks, cluster, addon, "UPDATE_FAILED");
}

/** @param preserve leaves its objects in the cluster, where nobody manages them any more */
export async function deleteAddon(eks: Eks, addon: Addon, preserve: boolean): Promise<void> {
  const { account } = eks;
  const cluster = requireCluster(account, addon.region, addon.clusterName);
  await account.call("eks:DeleteAddon", subject(addon.region, cluster.name, addon.name), async () => {
    addon.state = "DELETING";
    if (!preserve) await removeAddon(eks.kube(cluster), addon.name, contextOf(cluster, addon));
  });
  account.remove(addon.kind, addon.id);
}

function checkSettings(account: AwsAccount, cluster: Cluster, name: AddonName, given: AddonSettings): void {
  if (given.version) requireAddonVersion(name, given.version, cluster.version);
  const { mistakes } = parseConfiguration(name, given.configurationValues);
  if (mistakes.length > 0) {
    throw invalidParameter(
      "ConfigurationValue provided in request is not supported: Json schema validation failed with error: " +
        `[${mistakes.join(", ")}]`,
      "eks-addon-schema",
    );
  }
  for (const { roleArn } of given.podIdentities) {
    requireTrust(account, roleArn, "pods.eks.amazonaws.com", "eks-pod-role");
  }
}

function newAddon(account: AwsAccount, cluster: Cluster, name: AddonName, args: AddonArgs): Addon {
  const { region } = cluster;
  const arn = account.arn("eks", region, `addon/${cluster.name}/${name}/${account.newHex(32)}`);
  return account.put<Addon>({
    id: arn,
    kind: "eks-addon",
    region,
    arn,
    state: "CREATING",
    tags: { ...args.tags },
    description: `${cluster.name}/${name}`,
    name,
    clusterName: cluster.name,
    ...settings(cluster, name, args),
    issues: [],
  });
}

function settings(cluster: Cluster, name: AddonName, given: AddonSettings) {
  return {
    version: given.version ?? addonVersions(name, cluster.version).default,
    configurationValues: given.configurationValues ?? "",
    podIdentities: [...given.podIdentities],
    ...(given.serviceAccountRoleArn ? { serviceAccountRoleArn: given.serviceAccountRoleArn } : {}),
  };
}

/** Whether its workload is in the cluster already, by another's hand. */
async function isSelfManaged(eks: Eks, cluster: Cluster, name: AddonName): Promise<boolean> {
  return !(await addonIssue(eks.kube(cluster), name))?.includes("is not there");
}

function conflict(addon: Addon): void {
  addon.issues = [
    {
      code: "ConfigurationConflict",
      message: "Conflicts found when trying to apply. Will not continue due to resolve conflicts mode.",
      rule: "eks-addon-conflict",
    },
  ];
}

/**
 * AWS would start pods that fail again and again, and the nodes would stay NotReady; here nothing runs that could fail, so
 * settings that the CNI refuses are the add-on's failure.
 */
async function apply(eks: Eks, cluster: Cluster, addon: Addon): Promise<void> {
  const context = contextOf(cluster, addon);
  const refused = addon.name === "vpc-cni" ? refusedByCni(context.configuration) : [];
  addon.issues = refused.map((message) => ({ code: "AdmissionRequestDenied", message, rule: "eks-addon-mtu" }));
  if (refused.length === 0) await installAddon(eks.kube(cluster), addon.name, context);
}

/** Waits for its pods, which may have to wait for nodes. */
async function settle(
  eks: Eks,
  cluster: Cluster,
  addon: Addon,
  failed: "CREATE_FAILED" | "UPDATE_FAILED",
): Promise<void> {
  const { account } = eks;
  if (addon.issues.length > 0) {
    addon.state = failed;
    return;
  }
  const deadline = account.clock.now() + patience;
  // Real pods take as long as this machine needs, whatever AWS's clock says.
  const least = performance.now() + (eks.nodes.real ? eks.nodes.patience * 1000 : 0);
  for (;;) {
    const issue = await addonIssue(eks.kube(cluster), addon.name);
    addon.issues = issue ? [{ code: "InsufficientNumberOfReplicas", message: issue, rule: "eks-addon-healthy" }] : [];
    addon.state = issue ? "DEGRADED" : "ACTIVE";
    const left = deadline - account.clock.now();
    if (!issue || (left <= 0 && performance.now() >= least)) return;
    await account.sleep(left > 0 ? Math.min(5, left) : 30);
  }
}

function contextOf(cluster: Cluster, addon: Addon) {
  const { configuration } = parseConfiguration(addon.name, addon.configurationValues);
  return { version: addon.version, configuration, serviceCidr: cluster.serviceCidr, region: cluster.region };
}
