/**
 * What settings must have in common. Each rule sees what is valid so far and stays silent about what it cannot judge.
 */
import { backendProfiles } from "../backends/profiles";
import { overlaps } from "../plan/cidr";
import type { Mistake } from "./mistakes";
import type { ClusterConfig, LabConfig } from "./schema";

type Rule = (config: Partial<LabConfig>) => Mistake[];

/** All rules' findings. */
export function crossChecks(config: Partial<LabConfig>): Mistake[] {
  return [uniqueNames, disjointAddresses, nodeCounts, trustLifetimes, reachableGateways, backendLimits].flatMap(
    (rule) => rule(config),
  );
}

const uniqueNames: Rule = ({ clusters = [] }) =>
  clusters.flatMap((cluster, index) =>
    clusters.findIndex((other) => other.name === cluster.name) === index
      ? []
      : [
          {
            key: `clusters[${index}].name`,
            given: JSON.stringify(cluster.name),
            problem: "another cluster has this name",
            fix: "Give every cluster a name of its own.",
          },
        ],
  );

/**
 * VPCs that can be peered must not overlap, and where they cannot (internet) one still wants to tell their addresses
 * apart. Service and pod networks live beside the VPC's own routes in every node's routing decision, so they may
 * overlap neither their own VPC nor a peer's: a peer's address would never leave the cluster.
 */
const disjointAddresses: Rule = ({ clusters = [] }) => {
  const vpcs = clusters.map((cluster, index) => ({
    key: `clusters[${index}].vpcCidr`,
    cidr: cluster.vpcCidr,
    cluster,
  }));
  const inner = clusters.flatMap((cluster, index) =>
    (["serviceCidr", "podCidr"] as const).flatMap((field) => {
      const cidr = cluster[field];
      return cidr ? [{ key: `clusters[${index}].${field}`, cidr, cluster, field }] : [];
    }),
  );
  const clashes: Mistake[] = [];
  const clash = (key: string, cidr: string, other: string, otherCidr: string) =>
    clashes.push({
      key,
      given: cidr,
      problem: `overlaps ${other}, which is ${otherCidr}`,
      fix: "Choose networks that share no address.",
    });
  for (const [index, vpc] of vpcs.entries()) {
    for (const other of vpcs.slice(0, index))
      if (overlaps(vpc.cidr, other.cidr)) clash(vpc.key, vpc.cidr, other.key, other.cidr);
  }
  for (const network of inner) {
    for (const vpc of vpcs) if (overlaps(network.cidr, vpc.cidr)) clash(network.key, network.cidr, vpc.key, vpc.cidr);
    for (const other of inner) {
      if (other.cluster === network.cluster && other.field === "serviceCidr" && network.field === "podCidr") {
        if (overlaps(network.cidr, other.cidr)) clash(network.key, network.cidr, other.key, other.cidr);
      }
    }
  }
  return clashes;
};

const nodeCounts: Rule = ({ nodes }) => {
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

const trustLifetimes: Rule = ({ trust }) => {
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

const reachableGateways: Rule = ({ interconnect, exposure }) => {
  if (interconnect !== "internet" || exposure !== "private") return [];
  return [
    {
      key: "exposure",
      given: "private",
      problem: "with interconnect: internet nobody outside of its VPC reaches a private gateway",
      fix: "Set exposure to public, or interconnect to peering.",
    },
  ];
};

const backendLimits: Rule = (config) => {
  const { backend, kubernetesVersion, clusters = [] } = config;
  if (!backend) return [];
  const profile = backendProfiles[backend];
  const mistakes: Mistake[] = [];
  if (kubernetesVersion && !profile.kubernetesVersions.includes(kubernetesVersion)) {
    mistakes.push({
      key: "kubernetesVersion",
      given: kubernetesVersion,
      problem: `${profile.title} does not support it`,
      fix: `Allowed with this backend: ${profile.kubernetesVersions.join(", ")}.`,
    });
  }
  if (profile.podNetwork === "vpc")
    mistakes.push(...clusters.flatMap((cluster, index) => noPodCidr(cluster, index, profile.title)));
  return mistakes;
};

function noPodCidr(cluster: ClusterConfig, index: number, title: string): Mistake[] {
  if (!cluster.podCidr) return [];
  return [
    {
      key: `clusters[${index}].podCidr`,
      given: cluster.podCidr,
      problem: `with ${title} pods get addresses of the VPC`,
      fix: "Leave it out; widen vpcCidr when addresses are short.",
    },
  ];
}
