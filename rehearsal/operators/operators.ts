/** What programs in simulated pods would do, where the lab cannot come up or go down without it. */
import type { Controller } from "../aws/cluster/controller";
import type { Connect, Kube } from "../aws/cluster/kube";
import { NodeAnnotations } from "./annotations";
import { CalicoOperator } from "./calico";
import { CalistiOperator } from "./calisti";
import { CiliumOperator } from "./cilium";
import { ClusterRegistry } from "./cluster-registry";
import { IstioGateways } from "./istio-gateways";
import { LinkerdMirrors } from "./linkerd-mirrors";
import { SubmarinerOperator } from "./submariner";

/**
 * Each looks for its own Deployment or pods, and rests where there are none. Those of a CNI are for simulated nodes alone: real
 * ones become Ready by its pods.
 *
 * @param kube the cluster that they run in
 * @param connect how they reach others
 * @param realNodes whether nodes are real
 */
export function operatorsIn(kube: Kube, connect: Connect, realNodes: boolean): Controller[] {
  return [
    ...(realNodes ? [] : [new CalicoOperator(kube), new CiliumOperator(kube)]),
    new CalistiOperator(kube),
    new ClusterRegistry(kube, connect),
    new IstioGateways(kube),
    new LinkerdMirrors(kube, connect),
    new NodeAnnotations(kube, "app=submariner-gateway-mss"),
    new SubmarinerOperator(kube, connect),
  ];
}
