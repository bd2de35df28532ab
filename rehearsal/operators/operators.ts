/** What programs in simulated pods would do, where the lab cannot come up or go down without it. */
import type { Controller, Kube } from "../aws/cluster/controller";
import { NodeAnnotations } from "./annotations";
import { CalicoOperator } from "./calico";
import { CalistiOperator } from "./calisti";
import { ClusterRegistry } from "./cluster-registry";
import { SubmarinerOperator } from "./submariner";

/** Each looks for its own Deployment or pods, and rests where there are none. */
export function operatorsIn(kube: Kube): Controller[] {
  return [
    new CalicoOperator(kube),
    new CalistiOperator(kube),
    new ClusterRegistry(kube),
    new NodeAnnotations(kube, "app=submariner-gateway-mss"),
    new SubmarinerOperator(kube),
  ];
}
