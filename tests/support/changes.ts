/** What a change of settings comes to: two runs of the program, compared as providers compare them. */
import { AwsAccount } from "../../rehearsal/aws/account/account";
import { AwsClock } from "../../rehearsal/aws/account/clock";
import type { Props } from "../../rehearsal/base/operations";
import { awsPackage } from "../../rehearsal/providers/aws/package";
import type { AwsConfig } from "../../rehearsal/providers/aws/resource-kind";
import { difference } from "../../rehearsal/providers/kubernetes/difference";
import { changedPaths } from "../../rehearsal/providers/paths";
import { changedKeys, stable } from "../../rehearsal/providers/provider";
import type { Recorded, Run } from "./mocks";

/** Resources as `type::name`. */
export interface Changes {
  readonly created: readonly string[];
  readonly updated: readonly string[];
  readonly replaced: readonly string[];
  readonly deleted: readonly string[];
}

/** Arguments of remote components and of add-ons whose change makes what is behind them anew (aws provider, ForceNew). */
const permanent: Readonly<Record<string, readonly string[]>> = {
  "eks:index:Cluster": ["name", "kubernetesServiceIpAddressRange", "vpcId"],
  "eks:index:ManagedNodeGroup": [
    ...["nodeGroupNamePrefix", "instanceTypes", "amiType", "capacityType", "subnetIds", "nodeRole"],
  ],
  "aws:eks/addon:Addon": ["addonName", "clusterName"],
  "kubernetes:helm.sh/v3:Release": ["name", "namespace"],
};

const aws = awsPackage(new AwsAccount({ clock: new AwsClock(1, 0) }));
const config: AwsConfig = { region: "us-east-1", defaultTags: {} };

/** What becomes of each resource; components, and what the state alone keeps, are none. */
export async function changesBetween(before: Run, after: Run): Promise<Changes> {
  const [old, now] = [byName(before), byName(after)];
  const both = [...now].flatMap(([name, resource]) => {
    const was = old.get(name);
    return was ? [{ name, was, resource }] : [];
  });
  const changed = both.filter(({ was, resource }) => stable(was.inputs) !== stable(resource.inputs));
  const judged = await Promise.all(
    changed.map(async ({ name, was, resource }) => ({ name, anew: await isReplaced(was, resource) })),
  );
  return {
    created: [...now.keys()].filter((name) => !old.has(name)),
    updated: judged.flatMap(({ name, anew }) => (anew ? [] : [name])),
    replaced: judged.flatMap(({ name, anew }) => (anew ? [name] : [])),
    deleted: [...old.keys()].filter((name) => !now.has(name)),
  };
}

function byName({ resources }: Run): Map<string, Recorded> {
  const own = resources.filter(({ type }) => !/^(multicluster-lab|pulumi:pulumi):/.test(type));
  return new Map(own.map((each) => [`${each.type}::${each.name}`, each]));
}

async function isReplaced({ inputs: before }: Recorded, { type, inputs: after, replaceOnChanges }: Recorded) {
  const changed = changedKeys(before, after);
  const paths = changed.flatMap((key) => changedPaths(key, before[key], after[key])).map(([path]) => path);
  if (paths.some((path) => replaceOnChanges.includes(path))) return true;
  if (type.startsWith("tls:")) return true;
  const known = permanent[type];
  if (known) return changed.some((key) => known.includes(key));
  if (type.startsWith("kubernetes:")) return (difference(before, after).replaces ?? []).length > 0;
  return type.startsWith("aws:") && (await awsReplaces(type, before, after));
}

async function awsReplaces(type: string, before: Props, after: Props): Promise<boolean> {
  const handler = aws.resource(type);
  const op = { urn: type, type, name: type, config, timeout: 0, signal: AbortSignal.any([]) };
  const found = await handler?.diff?.(op, "id", before, after, { region: config.region });
  return (found?.replaces ?? []).length > 0;
}
