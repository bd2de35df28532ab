/**
 * What settings must have in common. Each rule sees what is valid so far and stays silent about what it cannot judge.
 */
import { backendProfiles } from "../backends/profiles";
import { overlaps } from "../base/cidr";
import type { ConfigMistake } from "../base/config-mistakes";
import { pairsOf } from "../base/pairs";
import { globalService } from "../demo/boutique";
import { wants } from "../demo/plan";
import type { ClusterConfig } from "./cluster";
import type { LabConfig } from "./schema";

type CrossCheck = (config: Partial<LabConfig>) => ConfigMistake[];

/** All rules' findings. */
export function crossChecks(config: Partial<LabConfig>): ConfigMistake[] {
  const rules = [
    uniqueNames,
    disjointAddresses,
    nodeCounts,
    trustLifetimes,
    reachableGateways,
    backendLimits,
    demoPlacement,
    demoAbilities,
  ];
  return rules.flatMap((rule) => rule(config));
}

const uniqueNames: CrossCheck = ({ clusters = [] }) =>
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
 * No two networks of a lab share an address. VPCs that overlap cannot be peered. Services and pods in the range of a VPC
 * would never be routed to it. And a Service that lives only on a peer resolves to the peer's address for it (Istio's
 * sidecars do that), which must not be some other Service's here.
 */
const disjointAddresses: CrossCheck = ({ clusters = [], ...config }) => {
  const shared = config.backend && backendProfiles[config.backend].sharedAddresses?.(config);
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
};

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

const reachableGateways: CrossCheck = ({ interconnect, exposure }) => {
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

const backendLimits: CrossCheck = (config) => {
  const { backend, kubernetesVersion, clusters = [] } = config;
  if (!backend) return [];
  const profile = backendProfiles[backend];
  const mistakes: ConfigMistake[] = [];
  if (kubernetesVersion && !profile.kubernetesVersions.includes(kubernetesVersion)) {
    mistakes.push({
      key: "kubernetesVersion",
      given: kubernetesVersion,
      problem: `${profile.title} does not support it`,
      fix: `Allowed with this backend: ${profile.kubernetesVersions.join(", ")}.`,
    });
  }
  if (profile.networking(config).podAddresses === "overlay")
    mistakes.push(...clusters.flatMap((cluster, index) => podCidrMissing(cluster, index, profile.title)));
  return [...mistakes, ...(profile.refuses?.(config) ?? [])];
};

function podCidrMissing(cluster: ClusterConfig, index: number, title: string): ConfigMistake[] {
  if (cluster.podCidr) return [];
  return [
    {
      key: `clusters[${index}].podCidr`,
      problem: `is missing: with ${title} pods have addresses of an overlay`,
      fix: "Give every cluster a network of its own for its pods, e.g. 10.101.0.0/16.",
    },
  ];
}

const demoPlacement: CrossCheck = ({ demo, clusters = [] }) => {
  const known = clusters.map(({ name }) => name);
  return Object.entries(demo?.placement ?? {})
    .filter(([, cluster]) => cluster !== undefined && !known.includes(cluster))
    .map(([service, cluster]) => ({
      key: `demo.placement.${service}`,
      given: JSON.stringify(cluster),
      problem: "there is no such cluster",
      fix: `Clusters here: ${known.join(", ")}.`,
    }));
};

/** What the demo is to show must be something that the backend can do, and nothing that is said of it is passed over. */
const demoAbilities: CrossCheck = (config) => {
  const { backend, demo, clusters = [] } = config;
  if (!backend || !demo?.enabled) return [];
  const { title, exporter } = backendProfiles[backend];
  const { affinities, limits } = exporter(config);
  const wanted = demo.useCases?.indexOf("global-load-balancing") ?? -1;
  const none = `${title} has no service with instances on several clusters: ${limits}`;
  const mistakes: ConfigMistake[] = [];
  if (wanted >= 0 && affinities.length === 0) {
    mistakes.push({
      key: `demo.useCases[${wanted}]`,
      given: "global-load-balancing",
      problem: none,
      fix: "Leave it out, or choose another backend.",
    });
  }
  if (demo.affinity !== undefined && !affinities.includes(demo.affinity)) {
    mistakes.push({
      key: "demo.affinity",
      given: demo.affinity,
      problem: affinities.length === 0 ? none : `${title} cannot do it: ${limits}`,
      fix: affinities.length === 0 ? "Leave it out." : `Allowed with this backend: ${affinities.join(", ")}.`,
    });
  }
  const place = demo.placement[globalService];
  if (place !== undefined && clusters.length > 1 && wants("global-load-balancing", { demo }, { affinities })) {
    mistakes.push({
      key: `demo.placement.${globalService}`,
      given: JSON.stringify(place),
      problem: "for global load balancing it runs on every cluster",
      fix: "Leave it out, or set demo.useCases to [service-to-service].",
    });
  }
  return mistakes;
};
