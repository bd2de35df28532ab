/** What programs in simulated pods would do, where the lab cannot come up or go down without it. */
import type { Controller } from "../aws/cluster/controller";
import type { Connect, Kube } from "../aws/cluster/kube";
import { NodeAnnotations } from "./annotations";
import { CalicoOperator } from "./calico";
import { CalistiOperator } from "./calisti";
import { CiliumOperator } from "./cilium";
import { ClusterRegistry } from "./cluster-registry";
import { LinkerdMirrors } from "./linkerd-mirrors";
import { SubmarinerOperator } from "./submariner";

/**
 * Each looks for its own Deployment or pods, and rests where there are none.
 *
 * @param kube the cluster that they run in
 * @param connect how they reach others
 */
export function operatorsIn(kube: Kube, connect: Connect): Controller[] {
  return [
    new CalicoOperator(kube),
    new CalistiOperator(kube),
    new CiliumOperator(kube),
    new ClusterRegistry(kube, connect),
    new LinkerdMirrors(kube, connect),
    new NodeAnnotations(kube, "app=submariner-gateway-mss"),
    new SubmarinerOperator(kube, connect),
  ];
}
