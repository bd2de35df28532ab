import type { Region } from "../account/account";
import { AwsError } from "../account/errors";

/** An availability zone; `optedIn` false for those that an account gets on request (none of the plain zones). */
export interface Zone {
  readonly name: string;
  readonly id: string;
}

/**
 * Zone letters and zone id numbers by region. Names are shuffled for each account, ids are not (EC2 user guide, "AZ IDs"):
 * here both are in order, as in an account made after names and ids were fixed to each other. us-west-1 and ca-central-1 offer
 * a new account fewer zones than they have.
 */
const zones: Readonly<Record<string, readonly [prefix: string, letters: string, numbers: readonly number[]]>> = {
  "us-east-1": ["use1", "abcdef", [1, 2, 4, 6, 3, 5]],
  "us-east-2": ["use2", "abc", [1, 2, 3]],
  "us-west-1": ["usw1", "ac", [1, 3]],
  "us-west-2": ["usw2", "abcd", [2, 1, 3, 4]],
  "ca-central-1": ["cac1", "abd", [1, 2, 4]],
  "eu-west-1": ["euw1", "abc", [1, 2, 3]],
  "eu-west-2": ["euw2", "abc", [2, 3, 1]],
  "eu-west-3": ["euw3", "abc", [1, 2, 3]],
  "eu-central-1": ["euc1", "abc", [2, 3, 1]],
  "eu-central-2": ["euc2", "abc", [1, 2, 3]],
  "eu-north-1": ["eun1", "abc", [1, 2, 3]],
  "eu-south-1": ["eus1", "abc", [1, 2, 3]],
  "ap-south-1": ["aps1", "abc", [1, 3, 2]],
  "ap-southeast-1": ["apse1", "abc", [1, 2, 3]],
  "ap-southeast-2": ["apse2", "abc", [3, 1, 2]],
  "ap-northeast-1": ["apne1", "acd", [4, 1, 2]],
  "ap-northeast-2": ["apne2", "abcd", [1, 2, 3, 4]],
  "sa-east-1": ["sae1", "abc", [1, 2, 3]],
};

/** Regions of the emulated AWS. */
export const regions: readonly string[] = Object.keys(zones);

/** @throws AwsError for a region that is not known here */
export function zonesOf(region: Region): Zone[] {
  const [prefix, letters, numbers] = zones[region] ?? [];
  if (!prefix || !letters || !numbers) {
    throw new AwsError(
      "InvalidParameterValue",
      `The rehearsal has no zones for the region '${region}'; it knows ${regions.join(", ")}.`,
      "region-known",
    );
  }
  return numbers.map((number, index) => ({ name: `${region}${letters[index]}`, id: `${prefix}-az${number}` }));
}

/** @throws AwsError when the region has no such zone */
export function requireZone(region: Region, name: string): Zone {
  const all = zonesOf(region);
  const found = all.find((zone) => zone.name === name);
  if (found) return found;
  throw new AwsError(
    "InvalidParameterValue",
    `Value (${name}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following ` +
      `availability zones: ${all.map((zone) => zone.name).join(", ")}.`,
    "zone-in-region",
  );
}
