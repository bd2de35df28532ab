/** All backends side by side, on one lab. */
import { type BackendName, backendNames, backendProfiles } from "../../components/backends/profiles";
import { ConfigError, type ConfigMistake } from "../../components/base/config-mistakes";
import { isEks, isExisting } from "../../components/config/cluster";
import type { RawConfig } from "../../components/config/validate";
import { checkedPlan } from "../../components/lab/checked-plan";
import type { LabPlan } from "../../components/lab/plan";
import { type BackendFacts, factsOf } from "./backend-facts";
import { commandsHere } from "./commands";
import type { MeasuredFacts } from "./measured-facts";
import type { RehearsalFacts } from "./rehearsal-facts";

/** A backend's column. */
export interface Candidate {
  readonly title: string;
  /** How it joins clusters. */
  readonly joins: string;
  /** Why it does not take the lab's settings; empty when it does. */
  readonly refused: readonly ConfigMistake[];
  /** Undefined when it refuses the settings. */
  readonly facts?: BackendFacts;
  /** Undefined when it was not rehearsed. */
  readonly rehearsal?: RehearsalFacts;
  /** Undefined when it was not measured. */
  readonly measured?: MeasuredFacts;
  /** Why it was not, where others were. */
  readonly notMeasured?: string;
}

/** The comparison, as `--json` writes it. */
export interface Comparison {
  readonly stack: string;
  /** The lab, in a line: clusters, nodes, how they are joined. */
  readonly lab: string;
  /** Where numbers were measured, and how; undefined when none were. */
  readonly measuring?: string;
  /** In the order in which documents list them. */
  readonly backends: Readonly<Partial<Record<BackendName, Candidate>>>;
}

/** What is compared. */
export interface Lab {
  readonly stack: string;
  /** Its settings as Pulumi keeps them; that of the backend is not looked at. */
  readonly settings: RawConfig;
  /** ISO date for which prices hold. */
  readonly day: string;
}

/**
 * Plans the lab with each of the backends.
 *
 * @param names of those that are wanted. Default: all
 * @throws ConfigError with the mistakes that all backends find, wanted or not: they are to blame for none of these
 */
export function compare(lab: Lab, names: readonly BackendName[] = backendNames): Comparison {
  const outcomes = new Map(backendNames.map((name) => [name, planWith(name, lab)]));
  const mistakes = commonMistakes(
    [...outcomes.values()].map((outcome) => ("refused" in outcome ? outcome.refused : [])),
  );
  if (mistakes.length > 0) throw new ConfigError(mistakes, `stack ${lab.stack}`);
  const [plan] = [...outcomes.values()].flatMap((outcome) => ("plan" in outcome ? [outcome.plan] : []));
  return {
    stack: lab.stack,
    lab: plan ? labText(plan) : "no backend takes its settings",
    backends: Object.fromEntries(names.map((name) => [name, candidateOf(name, outcomes.get(name), lab)])),
  };
}

function candidateOf(name: BackendName, outcome: Outcome | undefined, { settings }: Lab): Candidate {
  const { title, joins } = backendProfiles[name];
  if (!outcome) throw new Error(`${name} was not planned`);
  if ("refused" in outcome) return { title, joins, refused: outcome.refused };
  return { title, joins, refused: [], facts: factsOf(outcome.plan, commandsHere(name, settings)) };
}

type Outcome = { readonly plan: LabPlan } | { readonly refused: readonly ConfigMistake[] };

function planWith(backend: BackendName, { stack, settings, day }: Lab): Outcome {
  try {
    return { plan: checkedPlan(stack, { ...settings, backend }, day) };
  } catch (error) {
    if (error instanceof ConfigError) return { refused: error.mistakes };
    throw error;
  }
}

function commonMistakes(found: readonly (readonly ConfigMistake[])[]): ConfigMistake[] {
  const [first = [], ...others] = found;
  const same = (a: ConfigMistake) => (b: ConfigMistake) => a.key === b.key && a.problem === b.problem;
  return first.filter((mistake) => others.every((each) => each.some(same(mistake))));
}

function labText({ config }: LabPlan): string {
  const { clusters, nodes, kubernetesVersion, interconnect, exposure, demo } = config;
  const made = clusters.filter(isEks);
  const places = [
    ...made.map(({ name, region }) => `${name} in ${region}`),
    ...clusters.filter(isExisting).map(({ name }) => `${name} there already`),
  ];
  return [
    places.join(", "),
    ...(made.length > 0
      ? [
          `${nodes.desired} ${nodes.instanceType} each, Kubernetes ${kubernetesVersion}`,
          `${interconnect}, gateways ${exposure}`,
        ]
      : []),
    demo.enabled ? "with the demo" : "without the demo",
  ].join("; ");
}
