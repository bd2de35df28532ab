/** Address pools that Cilium's operator gives to nodes piece by piece, and the range that pods of a VPC are part of. */
import { contains, prefixLength, subnetwork } from "../../base/cidr";

/** A pool of pods' addresses. */
export interface Pool {
  /** All of it: one network a cluster. */
  readonly cidr: string;
  /** Prefix of a node's piece: 24 gives each node 256 addresses. */
  readonly nodePrefix: number;
}

/** The smallest piece with addresses for the pods of a default node, of which there may be 35: 60. */
const smallestPiece = 26;

/**
 * The pool of a cluster's pods. The size of the pieces cannot be changed later (Cilium docs, ipam/cluster-pool), so it
 * depends on the network alone: Cilium's own /24 while that leaves 128 nodes, smaller ones in smaller networks.
 */
export function podPool(podCidr: string): Pool {
  return { cidr: podCidr, nodePrefix: Math.min(smallestPiece, Math.max(24, prefixLength(podCidr) + 7)) };
}

/** How many nodes a cluster's pod network has room for. */
export function nodesIn(podCidr: string): number {
  return 2 ** (podPool(podCidr).nodePrefix - prefixLength(podCidr));
}

/** Carrier-grade NAT's range (RFC 6598): nobody routes it, so that agents' own addresses collide with nothing. */
export const nodeAddresses = "100.64.0.0/10";

/**
 * The pool of a cluster whose pods get their addresses from AWS's CNI: each agent still takes an address for itself and
 * tells the peers of it, so the chart's default of 10.0.0.0/8 on every cluster would clash. A part for each number.
 */
export function agentPool(clusterId: number): Pool {
  return { cidr: subnetwork(nodeAddresses, 17, clusterId), nodePrefix: 24 };
}

/** Ranges that nobody owns (RFC 1918), and the one above. */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", nodeAddresses];

/**
 * Where pods of all clusters have their addresses when they are those of the VPCs: the whole private range of a VPC, so
 * that it covers the peers' and another cluster changes no release.
 */
export function nativeRange(vpcCidr: string): string {
  return privateRanges.find((range) => contains(range, vpcCidr)) ?? vpcCidr;
}
