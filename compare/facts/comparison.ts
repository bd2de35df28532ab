/** All backends side by side, on one lab. */
import { type BackendName, backendNames, backendProfiles } from "../../components/backends/profiles";
import { ConfigError, type ConfigMistake } from "../../components/base/config-mistakes";
import type { RawConfig } from "../../components/config/validate";
import { checkedPlan } from "../../components/lab/checked-plan";
import type { LabPlan } from "../../components/lab/plan";
import { type BackendFacts, factsOf } from "./backend-facts";
import { commandsHere } from "./commands";
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
}

/** The comparison, as `--json` writes it. */
export interface Comparison {
  readonly stack: string;
  /** The lab, in a line: clusters, nodes, how they are joined. */
  readonly lab: string;
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
 * @param names default: all
 * @throws ConfigError with the mistakes that all of them find, which are none of a backend's
 */
export function compare(lab: Lab, names: readonly BackendName[] = backendNames): Comparison {
  const tried = names.map((name) => ({ name, outcome: planWith(name, lab) }));
  const inAll = commonMistakes(tried.map(({ outcome }) => ("refused" in outcome ? outcome.refused : [])));
  if (inAll.length > 0) throw new ConfigError(inAll, `stack ${lab.stack}`);
  const plans = tried.flatMap(({ outcome }) => ("plan" in outcome ? [outcome.plan] : []));
  return {
    stack: lab.stack,
    lab: plans[0] ? labText(plans[0]) : "",
    backends: Object.fromEntries(
      tried.map(({ name, outcome }): [BackendName, Candidate] => {
        const { title, joins } = backendProfiles[name];
        if ("refused" in outcome) return [name, { title, joins, refused: outcome.refused }];
        return [name, { title, joins, refused: [], facts: factsOf(outcome.plan, commandsHere(name, lab.settings)) }];
      }),
    ),
  };
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
  const places = clusters.map(({ name, region }) => `${name} in ${region}`).join(", ");
  return [
    `${places}; ${nodes.desired} ${nodes.instanceType} each, Kubernetes ${kubernetesVersion}`,
    `${interconnect}, gateways ${exposure}`,
    demo.enabled ? "with the demo" : "without the demo",
  ].join("; ");
}
