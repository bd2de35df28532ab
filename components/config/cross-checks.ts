/**
 * How common settings must fit together. Each check sees what is valid so far and stays silent about what it cannot judge.
 */
import { overlaps } from "../base/cidr";
import type { ConfigMistake } from "../base/config-mistakes";
import { pairsOf } from "../base/pairs";
import { partitionOf } from "../base/regions";
import type { ClusterConfig } from "./cluster";
import type { CommonConfig } from "./common";
import { existingClusterChecks } from "./existing-checks";

/** What is valid of each cluster, at its place in the list. */
export type PartialClusters = readonly Partial<ClusterConfig>[];
type CrossCheck = (config: Partial<CommonConfig>) => ConfigMistake[];

/** Whether clusters may have the same pods' and Services' addresses, and what makes it possible where it may be. */
export interface SharedAddresses {
  /** Whether the configuration as it stands allows it. VPCs may never overlap. */
  readonly allowed: boolean;
  /** What to set, in words for a message. */
  readonly hint: string;
}

/**
 * What is wrong with the common settings taken together.
 *
 * @param clusters what is valid of each cluster, at its place in the list
 * @param shared what the backend says of addresses that clusters have in common; undefined where it does not allow any
 */
export function commonChecks(
  config: Partial<CommonConfig>,
  clusters: PartialClusters,
  shared: SharedAddresses | undefined,
): ConfigMistake[] {
  return [
    ...uniqueNames(clusters),
    ...onePartition(clusters),
    ...principalsElsewhere(config, clusters),
    ...zonesElsewhere(clusters),
    ...disjointAddresses(clusters, shared),
    ...existingClusterChecks(config, clusters),
    ...nodeCounts(config),
    ...trustLifetimes(config),
  ];
}

function uniqueNames(clusters: PartialClusters): ConfigMistake[] {
  return clusters.flatMap(({ name }, index) =>
    name === undefined || clusters.findIndex((other) => other.name === name) === index
      ? []
      : [
          {
            key: `clusters[${index}].name`,
            given: JSON.stringify(name),
            problem: "another cluster has this name",
            fix: "Give every cluster a name of its own.",
          },
        ],
  );
}

/** One account is of one partition, and VPCs of two cannot be peered. */
function onePartition(clusters: PartialClusters): ConfigMistake[] {
  const known = clusters.flatMap(({ region }, index) =>
    region ? [{ region, index, partition: partitionOf(region) }] : [],
  );
  const [first] = known;
  return known
    .filter(({ partition }) => partition !== first?.partition)
    .map(({ region, index, partition }) => ({
      key: `clusters[${index}].region`,
      given: region,
      problem: `is of the partition ${partition}, and ${first?.region} of ${first?.partition}: an account is of one`,
      fix: "Choose regions of one partition.",
    }));
}

/** Partitions have no principals in common. */
function principalsElsewhere({ access = {} }: Partial<CommonConfig>, clusters: PartialClusters): ConfigMistake[] {
  const region = clusters.find((cluster) => cluster.region)?.region;
  const partition = region && partitionOf(region);
  if (!partition) return [];
  return Object.keys(access)
    .filter((arn) => !arn.startsWith(`arn:${partition}:`))
    .map((arn) => ({
      key: `access.${arn}`,
      problem: `is of another partition than ${region}, which is of ${partition}`,
      fix: `Name principals whose ARNs begin with arn:${partition}:.`,
    }));
}

/** A zone's name is its region's with a letter behind it (EC2 user guide, using-regions-availability-zones). */
function zonesElsewhere(clusters: PartialClusters): ConfigMistake[] {
  return clusters.flatMap(({ region, zones = [] }, index) =>
    zones.flatMap((zone, place) =>
      region === undefined || new RegExp(`^${region}[a-z]$`).test(zone)
        ? []
        : [
            {
              key: `clusters[${index}].zones[${place}]`,
              given: JSON.stringify(zone),
              problem: `is no availability zone of ${region}`,
              fix: `Name two of aws ec2 describe-availability-zones --region ${region}, or leave zones out.`,
            },
          ],
    ),
  );
}

/**
 * No two networks of a lab share an address. VPCs that overlap cannot be peered. Services and pods in the range of a VPC
 * would never be routed to it. And a Service that lives only on a peer resolves to the peer's address for it (Istio's
 * sidecars do that), which must not be some other Service's here.
 */
function disjointAddresses(clusters: PartialClusters, shared: SharedAddresses | undefined): ConfigMistake[] {
  const networks = clusters.flatMap((cluster, index) =>
    (["vpcCidr", "serviceCidr", "podCidr"] as const).flatMap((field) => {
      const cidr = cluster[field];
      return cidr ? [{ key: `clusters[${index}].${field}`, cidr, index, inside: field !== "vpcCidr" }] : [];
    }),
  );
  return pairsOf(networks)
    .filter(([a, b]) => overlaps(a.cidr, b.cidr))
    .filter(([a, b]) => !(shared?.allowed && a.inside && b.inside && a.index !== b.index))
    .map(([first, second]) => ({
      key: second.key,
      given: second.cidr,
      problem: `overlaps ${first.key}, which is ${first.cidr}`,
      fix: `Choose networks that share no address${shared && first.inside && second.inside ? `, or ${shared.hint}` : ""}.`,
    }));
}

const nodeCounts: CrossCheck = ({ nodes }) => {
  if (!nodes || (nodes.min <= nodes.desired && nodes.desired <= nodes.max)) return [];
  return [
    {
      key: "nodes",
      given: `min ${nodes.min}, desired ${nodes.desired}, max ${nodes.max}`,
      problem: "the counts are not in order",
      fix: "Choose min <= desired <= max.",
    },
  ];
};

const trustLifetimes: CrossCheck = ({ trust }) => {
  if (!trust || trust.intermediateDays <= trust.rootDays) return [];
  return [
    {
      key: "trust.intermediateDays",
      given: String(trust.intermediateDays),
      problem: `longer than the root's ${trust.rootDays} days`,
      fix: "A certificate is of no use after its issuer's end: lower it or raise trust.rootDays.",
    },
  ];
};
