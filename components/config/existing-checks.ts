/** How clusters that are there already must fit into a lab: by themselves, and beside those that the lab makes on AWS. */
import { overlaps } from "../base/cidr";
import type { ConfigMistake } from "../base/config-mistakes";
import { offInternet } from "../base/special-networks";
import type { ClusterConfig } from "./cluster";
import type { CommonConfig } from "./common";

type Entry = Partial<ClusterConfig>;

/** What is wrong with them; silent about what is not valid yet. */
export function existingClusterChecks(config: Partial<CommonConfig>, clusters: readonly Entry[]): ConfigMistake[] {
  const onAws = clusters.some(({ region }) => region !== undefined);
  const there = clusters.flatMap((cluster, index) => (cluster.context === undefined ? [] : [{ cluster, index }]));
  return [
    ...(onAws ? administrators(config) : []),
    ...(onAws && there.length > 0 ? privateGateways(config) : []),
    ...there.flatMap(({ cluster, index }) =>
      [
        ...wayIn(cluster),
        ...sameContext(cluster, clusters.slice(0, index)),
        ...(onAws ? [...offTheInternet(cluster), ...insideOfVpc(cluster, clusters)] : []),
      ].map((mistake) => ({ ...mistake, key: `clusters[${index}].${mistake.key}` })),
    ),
  ];
}

/** Of public endpoints of API servers, and of internet-facing load balancers. */
function administrators({ adminCidrs = [] }: Partial<CommonConfig>): ConfigMistake[] {
  return adminCidrs.flatMap((given, index) => {
    const special = given === "0.0.0.0/0" ? undefined : offInternet(given);
    if (!special) return [];
    return [
      {
        key: `adminCidrs[${index}]`,
        given: JSON.stringify(given),
        problem: `overlaps ${special.cidr}, which is ${special.what}: EKS takes no such range for a public endpoint`,
        fix: "Say from where you reach the clusters over the internet: YOUR.PUBLIC.IP/32.",
      },
    ];
  });
}

/** The lab makes no private way to a network that it does not know. */
function privateGateways({ exposure }: Partial<CommonConfig>): ConfigMistake[] {
  if (exposure !== "private") return [];
  return [
    {
      key: "exposure",
      given: "private",
      problem: "clusters that are there already reach those on AWS over the internet alone",
      fix: "Set exposure to public: gateways are open to the peers' addresses and to nobody else.",
    },
  ];
}

function wayIn({ gateways, addresses }: Entry): ConfigMistake[] {
  if (gateways === "node-ports" && !addresses) {
    return [
      {
        key: "addresses",
        problem: "is missing: peers come to node ports, and nobody says where",
        fix: "List addresses of its nodes, as peers reach them: kubectl get nodes -o wide.",
      },
    ];
  }
  if (!addresses || gateways === undefined || gateways === "node-ports") return [];
  return [
    {
      key: "addresses",
      given: addresses.join(", "),
      problem: `are where node ports answer, and peers come in by ${gateways}`,
      fix: "Leave them out, or set gateways to node-ports.",
    },
  ];
}

/** One cluster cannot be two of a lab. */
function sameContext({ context, kubeconfig }: Entry, before: readonly Entry[]): ConfigMistake[] {
  if (!before.some((other) => other.context === context && other.kubeconfig === kubeconfig)) return [];
  return [
    {
      key: "context",
      given: JSON.stringify(context),
      problem: "another entry has this context, and so is the same cluster",
      fix: "Name the context of another cluster.",
    },
  ];
}

/** What peers on AWS are told of it has to be on the internet. */
function offTheInternet({ egressCidr, endpoint, addresses = [] }: Entry): ConfigMistake[] {
  const host = endpoint ? new URL(endpoint).hostname : "";
  const places = [
    ...(egressCidr ? [{ key: "egressCidr", given: egressCidr, cidr: egressCidr }] : []),
    ...(/^[\d.]+$/.test(host) ? [{ key: "endpoint", given: endpoint ?? "", cidr: `${host}/32` }] : []),
    ...addresses.map((address, place) => ({ key: `addresses[${place}]`, given: address, cidr: `${address}/32` })),
  ];
  return places.flatMap(({ key, given, cidr }) => {
    const special = offInternet(cidr);
    if (!special) return [];
    return [
      {
        key,
        given,
        problem: `is in ${special.cidr}, which is ${special.what}: peers on AWS do not reach it`,
        fix: "Give what the internet sees of it.",
      },
    ];
  });
}

function insideOfVpc({ egressCidr }: Entry, clusters: readonly Entry[]): ConfigMistake[] {
  const inside = clusters.find(({ vpcCidr }) => egressCidr && vpcCidr && overlaps(egressCidr, vpcCidr));
  if (!inside) return [];
  return [
    {
      key: "egressCidr",
      given: egressCidr ?? "",
      problem: `overlaps the VPC of ${inside.name}, which is ${inside.vpcCidr}`,
      fix: "Choose another vpcCidr for that one: its nodes would look for this cluster among themselves.",
    },
  ];
}
