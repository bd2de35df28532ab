/** What a lab that runs is founded on: settings that cannot change under it. Plain data; `running.ts` keeps it in the state. */
import { profileOf } from "../backends/profiles";
import type { ConfigMistake } from "../base/config-mistakes";
import { rotationSteps, stepAfter, stepBack } from "../base/generations";
import { type ClusterConfig, isEks } from "../config/cluster";
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

/** A setting that goes from one value to the next, each carried out whole before another one is wanted. */
export interface SteppedSetting {
  /** As a person writes it. */
  readonly key: string;
  /** Its value now. */
  readonly step: string;
  /** All that it may ever have. */
  readonly steps: readonly string[];
  /** Where it may go from a step, the step itself left out. */
  readonly from: (step: string) => readonly string[];
}

const anew = "pulumi destroy, then pulumi up; or a second stack beside this one";

/** The lab as a whole, every cluster, and every network with the cluster that has it. */
export function lastingRecords(plan: LabPlan): LastingRecord[] {
  return [
    { name: "lab", settings: ofLab(plan), way: `Set it back; or ${anew}.` },
    ...plan.clusters.flatMap((cluster) => [
      {
        name: `cluster/${cluster.name}`,
        settings: ofCluster(plan, cluster),
        way: `Set it back; or give the cluster another name and networks of its own, then it is built and the old one goes; or ${anew}.`,
      },
      ...(isEks(cluster)
        ? [
            {
              name: `network/${cluster.vpcCidr}`,
              settings: { [keyOf(cluster, "name")]: JSON.stringify(cluster.name) },
              way: `Give the new cluster another vpcCidr; or ${anew}.`,
            },
          ]
        : []),
    ]),
  ];
}

/**
 * What may not have changed since the part was made; empty when nothing has.
 *
 * @param before the settings that it was made with. What it did not have then may come
 */
export function changesTo({ settings, way }: LastingRecord, before: LastingRecord["settings"]): ConfigMistake[] {
  const old = new Map(Object.entries(before).map(([key, value]) => [settingOf(key), value]));
  return Object.entries(settings).flatMap(([key, now]) => {
    const was = old.get(settingOf(key));
    if (was === undefined || was === now) return [];
    const why = effects[settingOf(key)]?.what;
    return [
      { key, given: now, problem: `cannot change while the lab runs, it was ${was}${why ? `: ${why}` : ""}`, fix: way },
    ];
  });
}

/** Settings that go step by step. */
export function steppedSettings({ config }: LabPlan): SteppedSetting[] {
  const from = (step: string) => [stepAfter(step), stepBack(step)].filter((each) => each !== undefined);
  return [{ key: "trust.generation", step: config.trust.generation, steps: rotationSteps, from }];
}

/**
 * What is wrong with the step that a setting takes; empty when nothing is.
 *
 * @param before the last step that was carried out whole; the same as now in a new lab
 */
export function skippedStep({ key, step, from }: SteppedSetting, before: string): ConfigMistake[] {
  const ways = from(before);
  if (step === before || ways.includes(step)) return [];
  return [
    {
      key,
      given: step,
      problem: `cannot be reached at once while the lab runs, it was ${before}`,
      fix: `Set it to ${ways.join(" or ")}, run pulumi up, and see that npm run verify passes before the next step.`,
    },
  ];
}

/** Settings of the lab and of its backend of which a change is refused. */
function ofLab({ name, config }: LabPlan): Record<string, string> {
  const lasting = Object.entries(effects).flatMap(([key, { kind }]) => {
    const [first = "", second] = key.split(".");
    if (kind !== "refused" || first === "clusters[]" || ofClusters.includes(key)) return [];
    if (key === "labName") return [[key, name] as const];
    if (second === undefined) return [[key, config[first as keyof typeof config]] as const];
    return first === config.backend ? [[key, Object(config[config.backend])[second]] as const] : [];
  });
  return Object.fromEntries(lasting.map(([key, value]) => [key, JSON.stringify(value)]));
}

/** Settings of backends that say something of each cluster: their profiles tell what (`lasting`). */
const ofClusters = ["cilium.clusterIds", "istio.primary", "submariner.broker", "submariner.globalNumbers"];

function ofCluster({ config, backendConfig, networking }: LabPlan, cluster: ClusterConfig) {
  // Whether it is the lab's: as a setting, whether it has a context.
  const made = { [keyOf(cluster, "context")]: JSON.stringify(isEks(cluster) ? "none" : "of a cluster that is there") };
  const backends = profileOf(config.backend).lasting?.(cluster.name, backendConfig);
  // What an existing one says of itself is asked of it each time.
  if (!isEks(cluster)) return { ...made, ...backends };
  const fields = ["region", "vpcCidr", "serviceCidr"] as const;
  const overlay = networking.podAddresses === "overlay" ? (["podCidr"] as const) : [];
  const own = [...fields, ...overlay].map((field) => [keyOf(cluster, field), JSON.stringify(cluster[field])]);
  return {
    ...made,
    ...Object.fromEntries(own),
    [keyOf(cluster, "zones")]: JSON.stringify(cluster.zones ?? "AWS's choice"),
    ...backends,
  };
}

/** By name: its place in the list may be another. */
function keyOf({ name }: ClusterConfig, field: string): string {
  return `clusters.${name}.${field}`;
}

/** As docs/settings.md writes it. */
function settingOf(key: string): string {
  return key.replace(/^clusters\.[^.]+\./, "clusters[].");
}
