/** What Cilium cannot do of what a configuration asks for. */
import { overlaps } from "../../base/cidr";
import type { ConfigMistake } from "../../base/config-mistakes";
import { type ClusterConfig, isEks } from "../../config/cluster";
import type { PartialBackendConfig } from "../../plan/backend-profile";
import { clusterIdOf } from "./cluster-id";
import { nativeRange, nodeAddresses, nodesIn } from "./pools";
import type { CiliumSettings } from "./settings";

type Refusal = (config: PartialBackendConfig<CiliumSettings>) => ConfigMistake[];

/** All of them; each stays silent about what it cannot judge yet. */
export function ciliumRefusals(config: PartialBackendConfig<CiliumSettings>): readonly ConfigMistake[] {
  return [routesBetweenNodes, privateMesh, encryptionOfOthers, oneRange, numbers].flatMap((refusal) => refusal(config));
}

type ClusterRefusal = (cluster: ClusterConfig, config: PartialBackendConfig<CiliumSettings>) => ConfigMistake[];

/** Those that concern one cluster; the keys are its fields. */
export const ciliumClusterRefusals: ClusterRefusal = (cluster, config) =>
  [names, roomForNodes, nodeAddressesFree].flatMap((refusal) => refusal(cluster, config));

const routesBetweenNodes: Refusal = ({ interconnect }) =>
  interconnect === "internet"
    ? [
        {
          key: "interconnect",
          given: "internet",
          problem:
            "Cilium's nodes send pods' packets straight to each other's private addresses, in every datapath, and " +
            "those have no route through NAT gateways",
          fix: "Set interconnect to peering.",
        },
      ]
    : [];

const privateMesh: Refusal = ({ interconnect, exposure }) =>
  exposure === "public" && interconnect !== "internet"
    ? [
        {
          key: "exposure",
          given: "public",
          problem: "with Cilium the nodes need private routes to each other all the same, and peers come by those",
          fix: "Set exposure to private.",
        },
      ]
    : [];

const encryptionOfOthers: Refusal = ({ own }) =>
  own?.datapath === "chaining" && own.encryption === "ipsec"
    ? [
        {
          key: "cilium.encryption",
          given: "ipsec",
          problem: "Cilium does not support IPsec on top of another CNI (cilium/cilium#15596)",
          fix: "Choose wireguard or none, or another cilium.datapath.",
        },
      ]
    : [];

const oneRange: Refusal = ({ clusters = [], own }) => {
  if (own?.datapath !== "eni" || own.encryption !== "ipsec") return [];
  const ranges = clusters.flatMap((cluster, index) =>
    isEks(cluster)
      ? [{ index, name: cluster.name, vpcCidr: cluster.vpcCidr, range: nativeRange(cluster.vpcCidr) }]
      : [],
  );
  const [first, ...others] = ranges;
  return others.flatMap(({ index, vpcCidr, range }) =>
    range === first?.range
      ? []
      : [
          {
            key: `clusters[${index}].vpcCidr`,
            given: vpcCidr,
            problem: `is not in ${first?.range}, to which the agents of ${first?.name} encrypt with IPsec; they would drop the rest`,
            fix: "Choose all VPCs from one private range, or wireguard.",
          },
        ],
  );
};

/** The chart's own rule; length and letters are the configuration's rules already. */
const names: ClusterRefusal = ({ name }) =>
  name === "default"
    ? [
        {
          key: "name",
          given: '"default"',
          problem: "to Cilium it is the name of a cluster that has none, and no part of a mesh",
          fix: "Choose another name.",
        },
      ]
    : [];

const numbers: Refusal = ({ clusters, own }) => {
  if (!own || !clusters) return [];
  const known = new Set(clusters.map(({ name }) => name));
  const strangers = Object.keys(own.clusterIds).filter((name) => !known.has(name));
  const same = clusters.flatMap(({ name }, index) => {
    const id = clusterIdOf(name, own);
    const other = clusters.slice(0, index).find((before) => clusterIdOf(before.name, own) === id);
    return other && other.name !== name ? [{ name, other: other.name, id }] : [];
  });
  return [
    ...strangers.map((name) => ({
      key: `cilium.clusterIds.${name}`,
      problem: "there is no cluster of this name",
      fix: `Clusters: ${[...known].join(", ")}.`,
    })),
    ...same.map(({ name, other, id }) => ({
      key: `cilium.clusterIds.${name}`,
      problem: `${name} and ${other} would both be number ${id} in the mesh`,
      fix: `Give ${name} a number from 1 to 127 that no other cluster has.`,
    })),
  ];
};

const roomForNodes: ClusterRefusal = ({ podCidr }, { nodes, own }) =>
  nodes && own?.datapath === "vxlan" && podCidr && nodesIn(podCidr) < nodes.max
    ? [
        {
          key: "podCidr",
          given: podCidr,
          problem: `has room for the pods of ${nodesIn(podCidr)} nodes, and nodes.max is ${nodes.max}`,
          fix: "Choose a larger network or fewer nodes.",
        },
      ]
    : [];

const nodeAddressesFree: ClusterRefusal = (cluster, { own }) =>
  own?.datapath === "chaining" && isEks(cluster)
    ? (["vpcCidr", "serviceCidr"] as const)
        .filter((field) => overlaps(cluster[field], nodeAddresses))
        .map((field) => ({
          key: field,
          given: cluster[field],
          problem: `overlaps ${nodeAddresses}, of which Cilium's agents take their own addresses on top of AWS's CNI`,
          fix: "Choose a network outside of it.",
        }))
    : [];
