import type { LiveLab } from "../common/check";
import { simulatedPods } from "../common/real-pods";
import { type DisruptionResult, disrupt } from "../disrupt/disrupt";
import type { Disrupting } from "../disrupt/question";
import { rightsLacking } from "../disrupt/rights";
import type { KubeClient } from "../kube/client";
import { CannotAsk } from "./cannot-ask";
import { wayInOf } from "./registry";
import type { CheckResult } from "./run";

/** Disrupts a lab whose checks have been asked. */
export type Disruptions = (
  checks: readonly CheckResult[],
  podsRun: boolean,
  interrupted: AbortSignal,
) => Promise<DisruptionResult[]>;

/**
 * How a lab is disrupted with the rights that somebody has, who must have enough of them before anything begins.
 *
 * @param kubeOf the API of a cluster, by its name in the lab
 * @param balancersRest why load balancers do not follow what changes in the clusters; undefined where they do
 * @param tell is told what goes
 * @throws CannotAsk when rights are lacking
 */
export async function disruptionsOf(
  lab: LiveLab,
  kubeOf: (cluster: string) => KubeClient | undefined,
  balancersRest: string | undefined,
  tell: (line: string) => void,
): Promise<Disruptions> {
  const changer = (cluster: string) => {
    const kube = kubeOf(cluster);
    if (!kube) throw new Error(`the lab has no cluster ${cluster}`);
    return kube;
  };
  const disrupting: Disrupting = { lab, changer, wayIn: wayInOf(lab.backend), balancersRest };
  const lacking = await rightsLacking(disrupting);
  if (lacking.length > 0) {
    throw new CannotAsk(`--disrupt needs more rights than these credentials have. ${lacking.join("; ")}.`);
  }
  return async (checks, podsRun, interrupted) => {
    const failed = checks.filter(({ status }) => status === "fail").length;
    const unsound = failed > 0 ? `${failed} of ${checks.length} checks failed: nothing is taken away` : undefined;
    return disrupt(disrupting, podsRun ? unsound : simulatedPods, {
      interrupted,
      tell,
    });
  };
}
