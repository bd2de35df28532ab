import type { AwsAccount, Region } from "../../aws/account/account";
import { zonesOf } from "../../aws/ec2/zones";
import type { Props } from "../../base/operations";

/** One function of the provider: arguments in, result out. */
export type AwsFunction = (account: AwsAccount, region: Region, args: Props) => Promise<Props>;

const dnsSuffix = "amazonaws.com";

const getAvailabilityZones: AwsFunction = async (_account, region, args) => {
  const zones = zonesOf(region).filter(
    ({ name, id }) =>
      !(args.excludeNames ?? []).includes(name) &&
      !(args.excludeZoneIds ?? []).includes(id) &&
      (args.state ?? "available") === "available" &&
      (args.filters ?? []).every((filter: { name: string; values: string[] }) =>
        passes(filter, { "zone-name": name, "zone-id": id, "region-name": region }),
      ),
  );
  return {
    ...args,
    id: region,
    region,
    groupNames: zones.length > 0 ? [region] : [],
    names: zones.map(({ name }) => name),
    zoneIds: zones.map(({ id }) => id),
  };
};

/** Only plain zones are known here, which are there for every account. */
function passes(filter: { name: string; values: string[] }, zone: Record<string, string>): boolean {
  const facts: Record<string, string> = {
    "opt-in-status": "opt-in-not-required",
    "zone-type": "availability-zone",
    state: "available",
    ...zone,
  };
  const value = facts[filter.name];
  if (value === undefined) throw new Error(`the rehearsal's getAvailabilityZones knows no filter ${filter.name}`);
  return filter.values.includes(value);
}

/** By function token. */
export const functions: Readonly<Record<string, AwsFunction>> = {
  "aws:index/getAvailabilityZones:getAvailabilityZones": getAvailabilityZones,
  "aws:index/getPartition:getPartition": async () => ({
    id: "aws",
    partition: "aws",
    dnsSuffix,
    reverseDnsPrefix: "com.amazonaws",
  }),
  "aws:index/getRegion:getRegion": async (_account, region) => ({
    id: region,
    name: region,
    region,
    description: region,
    endpoint: `ec2.${region}.${dnsSuffix}`,
  }),
  "aws:index/getCallerIdentity:getCallerIdentity": async ({ accountId }) => ({
    id: accountId,
    accountId,
    arn: `arn:aws:iam::${accountId}:user/rehearsal`,
    userId: "AIDAREHEARSAL",
  }),
};
