/**
 * AWS's regions by partition. Partitions know nothing of each other: no peering, no credentials, no names in common (AWS
 * General Reference, aws-arns). The list is that of the AWS provider's type Region, without the partitions that AWS gives
 * to nobody who asks (iso, iso-b, iso-e, iso-f).
 */
const partitions = {
  aws: [
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
  ],
  "aws-cn": ["cn-north-1", "cn-northwest-1"],
  "aws-eusc": ["eusc-de-east-1"],
  "aws-us-gov": ["us-gov-east-1", "us-gov-west-1"],
} as const;

/** A part of AWS with regions and accounts of its own. */
export type Partition = keyof typeof partitions;

/** All regions, by their codes. */
export const regions: readonly string[] = Object.values(partitions).flat();

/** The partition of a region; undefined when there is no such region. */
export function partitionOf(region: string): Partition | undefined {
  const all = Object.entries(partitions) as [Partition, readonly string[]][];
  return all.find(([, members]) => members.includes(region))?.[0];
}
