/** Measures the lab that is up, wherever its clusters are: on AWS, there already, or kept by a rehearsal. */
import type { LiveLab } from "../../checks/common/check";
import { environmentProxy } from "../../checks/kube/proxy";
import { ProbePods } from "../../checks/probes/pods";
import { clientsOf, liveLab } from "../../checks/run/live-lab";
import { type LabOutputs, outputsInFile, outputsOfStack } from "../../checks/run/outputs";
import { unreachable } from "../../checks/run/reachable";
import { podsRun, unlessAborted, withProbes } from "../../checks/run/with-probes";
import { profileOf } from "../../components/backends/profiles";
import { checkedPlan } from "../../components/lab/checked-plan";
import type { LabPlan } from "../../components/lab/plan";
import { planProbes } from "../../components/lab/probes";
import { nodesOf, thisMachine } from "../../measure/machine";
import { measure } from "../../measure/measure";
import { defaultEffort, type Measurement } from "../../measure/measurement";
import { UserError } from "../../rehearsal/base/user-error";
import type { Comparison, Lab } from "../facts/comparison";
import { withMeasurements } from "./measurements";
import type { Options } from "./options";

const notMeasured = "another backend is up. It can be measured in a stack of its own, or by a rehearsal";

/**
 * The comparison with what is measured of the backend that is up.
 *
 * @param settings of the stack, with which the lab was made
 * @param tell is told what goes on
 * @throws UserError when the lab is another than the settings describe, or no pods run in it
 * @throws CannotAsk when it cannot be asked
 */
export async function withRunning(
  comparison: Comparison,
  settings: Lab,
  { stack, outputs }: Pick<Options, "stack" | "outputs">,
  tell: (line: string) => void,
): Promise<Comparison> {
  const found = outputs === undefined ? await outputsOfStack(stack) : outputsInFile(outputs);
  const lab = liveLab(found, { proxyFor: environmentProxy() });
  const plan = planOf(settings, lab);
  const silent = await unreachable(lab);
  if (silent.length > 0) throw new UserError(silent.join("\n"));
  if (!(await podsRun(lab.clusters)))
    throw new UserError("Pods of this lab are simulated: there is nothing to measure.");
  const measurement = await measured(lab, plan, found, tell);
  return withMeasurements(comparison, new Map([[lab.backend, measurement]]), notMeasured);
}

/** The plan of the lab that is up: what can be called in it follows from its settings. */
function planOf({ stack, settings, day }: Lab, { backend, clusters }: LiveLab): LabPlan {
  const plan = checkedPlan(stack, { ...settings, backend }, day);
  const [planned, there] = [plan.clusters, clusters].map((each) =>
    each
      .map(({ name }) => name)
      .sort()
      .join(", "),
  );
  if (planned !== there) {
    throw new UserError(`The lab that is up has the clusters ${there}, and the settings of ${stack} have ${planned}.`);
  }
  return plan;
}

async function measured(
  lab: LiveLab,
  plan: LabPlan,
  outputs: LabOutputs,
  tell: (line: string) => void,
): Promise<Measurement> {
  const probes = planProbes(plan, "measuring");
  const clients = clientsOf(outputs, environmentProxy());
  const pods = probes && new ProbePods(probes, (cluster) => clients.find(({ name }) => name === cluster)?.kube);
  const nodes = await nodesOf(lab, plan.name);
  // The nodes of a rehearsal that was kept are processes of this machine, whatever they say.
  const machine = outputs.balancersRest === undefined ? nodes.machine : thisMachine();
  tell(
    `Measuring ${profileOf(lab.backend).title} on ${machine.processor}; stand-ins come onto the clusters and go at the end.`,
  );
  const header = {
    at: new Date().toISOString(),
    machine,
    kubernetes: nodes.kubernetes,
    charts: Object.values(plan.charts).map(({ name, version }) => `${name} ${version}`),
  };
  return withProbes(pods, (interrupted) =>
    unlessAborted(measure({ ...lab, probes: probes?.probes }, { header, effort: defaultEffort, tell }), interrupted),
  );
}
