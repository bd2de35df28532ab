import { type AddonConfiguration, type AddonContext, type AddonName, addonKinds } from "./addon-objects";
import { schemaMistakes } from "./addon-schemas";
import { field, fieldManager, type Kube, refOf } from "./kube";

/**
 * The configuration as AWS's schema takes it, parsed.
 *
 * @returns what is wrong with it in `mistakes`, empty when nothing is
 */
export function parseConfiguration(
  addon: AddonName,
  text: string | undefined,
): { readonly configuration: AddonConfiguration; readonly mistakes: readonly string[] } {
  if (!text) return { configuration: {}, mistakes: [] };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { configuration: {}, mistakes: ["$: is not JSON"] };
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    return { configuration: {}, mistakes: ["$: object expected"] };
  }
  return { configuration: parsed as AddonConfiguration, mistakes: schemaMistakes(addon, parsed) };
}

/** Why aws-node would not start with this environment (VPC CNI, README and cmd/aws-vpc-cni/main.go); empty when it would. */
export function refusedByCni({ env = {} }: AddonConfiguration): string[] {
  return ["AWS_VPC_ENI_MTU", "POD_MTU"].flatMap((name) => {
    const value = env[name];
    if (value === undefined || (/^\d+$/.test(value) && Number(value) >= 576 && Number(value) <= 9001)) return [];
    return [`aws-node does not start: ${name} is "${value}" and must be from 576 to 9001`];
  });
}

/** Makes or updates the add-on's objects. */
export async function installAddon(kube: Kube, addon: AddonName, context: AddonContext): Promise<void> {
  for (const object of addonKinds[addon].objects(context)) await kube.apply(object, { fieldManager, force: true });
}

/** Deletes the add-on's objects, whoever made them. */
export async function removeAddon(kube: Kube, addon: AddonName, context: AddonContext): Promise<void> {
  for (const object of addonKinds[addon].objects(context)) await kube.delete(refOf(object));
}

/** What the add-on's workload lacks, as EKS reports it; undefined when it has all of its replicas. */
export async function addonIssue(kube: Kube, addon: AddonName): Promise<string | undefined> {
  const { workload } = addonKinds[addon];
  const { kind, name } = workload;
  const found = await kube.get(workload);
  if (!found) return `The ${kind} ${name} is not there`;
  const { generation = 0 } = found.metadata;
  const status = field<Record<string, number>>(found, "status");
  const seen = (status.observedGeneration ?? 0) >= generation;
  const wanted =
    kind === "DaemonSet" ? status.desiredNumberScheduled : field<{ replicas: number }>(found, "spec").replicas;
  const there = kind === "DaemonSet" ? status.numberReady : status.availableReplicas;
  if (seen && (there ?? 0) >= (wanted ?? 0)) return undefined;
  return "The add-on is unhealthy because it doesn't have the desired number of replicas.";
}
