import type { Region, Tags } from "../account/account";
import { AwsError } from "../account/errors";
import {
  type AddonName,
  addonIssue,
  installAddon,
  parseConfiguration,
  refusedByCni,
  removeAddon,
} from "../cluster/addons";
import { invalid } from "./cluster-checks";
import { demandActive, requireCluster, subject } from "./clusters";
import type { Eks } from "./eks";
import type { Addon, Cluster } from "./items";
import { requireTrust } from "./roles";
import { addonVersions, requireAddon, requireAddonVersion } from "./versions";

export interface AddonArgs {
  readonly clusterName: string;
  readonly addonName: string;
  /** Default: what EKS takes by itself for the cluster's version. */
  readonly version: string | undefined;
  /** JSON. */
  readonly configurationValues: string | undefined;
  readonly serviceAccountRoleArn: string | undefined;
  /** Associations that come with the add-on and go with it. */
  readonly podIdentities: readonly { readonly roleArn: string; readonly serviceAccount: string }[];
  readonly resolveConflicts: "NONE" | "OVERWRITE" | "PRESERVE";
  readonly tags: Tags;
}

type Settings = Pick<AddonArgs, "version" | "configurationValues" | "serviceAccountRoleArn" | "podIdentities">;

/** AWS seconds for which the provider waits for an add-on (aws.eks.Addon, default timeout of create). */
const patience = 20 * 60;

/** Resolves when it is ACTIVE, or is not and will not be: its `issues` then say why. */
export async function createAddon(eks: Eks, region: Region, args: AddonArgs): Promise<Addon> {
  const { account } = eks;
  const cluster = requireCluster(eks, region, args.clusterName);
  const addon = await account.call("eks:CreateAddon", subject(region, cluster.name, args.addonName), async () => {
    demandActive(cluster);
    const name = requireAddon(args.addonName);
    if (findAddon(eks, region, cluster.name, name)) {
      throw new AwsError("ResourceInUseException", "Addon already exists.", "eks-in-use");
    }
    checkSettings(eks, cluster, name, args);
    const arn = account.arn("eks", region, `addon/${cluster.name}/${name}/${account.newHex(32)}`);
    const made = account.put<Addon>({
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
    const selfManaged = !(await addonIssue(eks.kube(cluster), name))?.includes("is not there");
    if (selfManaged && args.resolveConflicts !== "OVERWRITE") {
      made.issues = [
        {
          code: "ConfigurationConflict",
          message: "Conflicts found when trying to apply. Will not continue due to resolve conflicts mode.",
          rule: "eks-addon-conflict",
        },
      ];
    } else {
      await apply(eks, cluster, made);
    }
    return made;
  });
  await settle(eks, cluster, addon, "CREATE_FAILED");
  return addon;
}

/** Another version or configuration, in place. */
export async function updateAddon(eks: Eks, addon: Addon, change: Settings): Promise<void> {
  const cluster = requireCluster(eks, addon.region, addon.clusterName);
  await eks.account.call("eks:UpdateAddon", subject(addon.region, cluster.name, addon.name), async () => {
    checkSettings(eks, cluster, addon.name, change);
    addon.state = "UPDATING";
    Object.assign(addon, { serviceAccountRoleArn: undefined, ...settings(cluster, addon.name, change) });
    addon.issues = [];
    await apply(eks, cluster, addon);
  });
  await settle(eks, cluster, addon, "UPDATE_FAILED");
}

/** @param preserve leaves its objects in the cluster, where nobody manages them any more */
export async function deleteAddon(eks: Eks, addon: Addon, preserve: boolean): Promise<void> {
  const cluster = requireCluster(eks, addon.region, addon.clusterName);
  await eks.account.call("eks:DeleteAddon", subject(addon.region, cluster.name, addon.name), async () => {
    addon.state = "DELETING";
    if (!preserve) await removeAddon(eks.kube(cluster), addon.name, contextOf(cluster, addon));
  });
  eks.account.remove(addon.kind, addon.id);
}

export function findAddon(eks: Eks, region: Region, clusterName: string, name: string): Addon | undefined {
  return eks.account.list<Addon>(
    "eks-addon",
    (each) => each.region === region && each.clusterName === clusterName && each.name === name,
  )[0];
}

function checkSettings(eks: Eks, cluster: Cluster, name: AddonName, given: Settings): void {
  if (given.version) requireAddonVersion(name, given.version, cluster.version);
  const { mistakes } = parseConfiguration(name, given.configurationValues);
  if (mistakes.length > 0) {
    throw invalid(
      "ConfigurationValue provided in request is not supported: Json schema validation failed with error: " +
        `[${mistakes.join(", ")}]`,
      "eks-addon-schema",
    );
  }
  for (const { roleArn } of given.podIdentities) {
    requireTrust(eks.account, roleArn, "pods.eks.amazonaws.com", "eks-pod-role");
  }
}

function settings(cluster: Cluster, name: AddonName, given: Settings) {
  return {
    version: given.version ?? addonVersions(name, cluster.version).default,
    configurationValues: given.configurationValues ?? "",
    podIdentities: [...given.podIdentities],
    ...(given.serviceAccountRoleArn ? { serviceAccountRoleArn: given.serviceAccountRoleArn } : {}),
  };
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
  for (;;) {
    const issue = await addonIssue(eks.kube(cluster), addon.name);
    addon.issues = issue ? [{ code: "InsufficientNumberOfReplicas", message: issue, rule: "eks-addon-healthy" }] : [];
    addon.state = issue ? "DEGRADED" : "ACTIVE";
    const left = deadline - account.clock.now();
    if (!issue || left <= 0) return;
    await account.sleep(Math.min(5, left));
  }
}

function contextOf(cluster: Cluster, addon: Addon) {
  const { configuration } = parseConfiguration(addon.name, addon.configurationValues);
  return { version: addon.version, configuration, serviceCidr: cluster.serviceCidr, region: cluster.region };
}
