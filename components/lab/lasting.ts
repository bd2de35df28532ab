/** What a lab that runs is founded on: settings that cannot change under it. Plain data; `running.ts` keeps it in the state. */
import { profileOf } from "../backends/profiles";
import type { ConfigMistake } from "../base/config-mistakes";
import type { ClusterConfig } from "../config/cluster";
import { effects } from "./changes";
import type { LabPlan } from "./plan";

/** A part of the lab, with the settings that last as long as it does. */
export interface LastingRecord {
  /** Name of the part: no two are the same, whatever clusters are called. */
  readonly name: string;
  /** Values as JSON, by the setting as a person writes it. */
  readonly settings: Readonly<Record<string, string>>;
  /** What to do instead of changing them. */
  readonly way: string;
}

const anew = "pulumi destroy, then pulumi up; or a second stack beside this one";

/** The lab as a whole, every cluster, and every network with the cluster that has it. */
export function lastingRecords(plan: LabPlan): LastingRecord[] {
  return [
    { name: "lab", settings: ofLab(plan), way: `Set it back; or ${anew}.` },
    ...plan.clusters.flatMap((cluster, index) => [
      {
        name: `cluster/${cluster.name}`,
        settings: ofCluster(plan, cluster, index),
        way: `Set it back; or give the cluster another name and networks of its own, then it is built and the old one goes; or ${anew}.`,
      },
      {
        name: `network/${cluster.vpcCidr}`,
        settings: { [`clusters[${index}].name`]: JSON.stringify(cluster.name) },
        way: `Give the new cluster another vpcCidr; or ${anew}.`,
      },
    ]),
  ];
}

/**
 * What may not have changed since the part was made; empty when nothing has.
 *
 * @param before the settings that it was made with. What it did not have then may come
 */
export function changesTo({ settings, way }: LastingRecord, before: LastingRecord["settings"]): ConfigMistake[] {
  // A cluster's place in the list may be another.
  const old = new Map(Object.entries(before).map(([key, value]) => [placeless(key), value]));
  return Object.entries(settings).flatMap(([key, now]) => {
    const was = old.get(placeless(key));
    if (was === undefined || was === now) return [];
    const why = effects[placeless(key)]?.what;
    return [
      { key, given: now, problem: `cannot change while the lab runs, it was ${was}${why ? `: ${why}` : ""}`, fix: way },
    ];
  });
}

/** Settings of the lab and of its backend of which a change is refused. */
function ofLab({ config }: LabPlan): Record<string, string> {
  const lasting = Object.entries(effects).flatMap(([key, { kind }]) => {
    const [first = "", second] = key.split(".");
    if (kind !== "refused" || first === "clusters[]" || key === perCluster) return [];
    if (second === undefined) return [[key, config[first as keyof typeof config]] as const];
    return first === config.backend ? [[key, Object(config[config.backend])[second]] as const] : [];
  });
  return Object.fromEntries(lasting.map(([key, value]) => [key, JSON.stringify(value)]));
}

/** A map of the backend that says something of each cluster. */
const perCluster = "cilium.clusterIds";

function ofCluster({ config, backendConfig, networking }: LabPlan, cluster: ClusterConfig, index: number) {
  const fields = ["region", "vpcCidr", "serviceCidr"] as const;
  const overlay = networking.podAddresses === "overlay" ? (["podCidr"] as const) : [];
  const own = [...fields, ...overlay].map((field) => [`clusters[${index}].${field}`, JSON.stringify(cluster[field])]);
  return { ...Object.fromEntries(own), ...profileOf(config.backend).lasting?.(cluster.name, backendConfig) };
}

function placeless(key: string): string {
  return key.replace(/\[\d+\]/, "[]");
}
