import type { Check } from "../check";
import { mtuAsPlanned } from "../common/mtu";
import { gatewayAddress } from "../istio/gateway";
import { remoteSecret } from "../istio/remote-secret";
import { authoritiesDiffer, authorityUnderRoot } from "../istio/trust";
import { controlPlaneActive, controlPlanesDiffer, gatewayPort, injection } from "./control-plane";
import { knowsItself, knowsPeer } from "./registration";

/** What must hold of Calisti's open core: what holds of Istio, asked of what its operator is told, and the registry. */
export const calistiChecks: readonly Check[] = [
  mtuAsPlanned,
  authorityUnderRoot,
  authoritiesDiffer,
  controlPlaneActive,
  controlPlanesDiffer,
  gatewayAddress,
  gatewayPort,
  injection,
  remoteSecret,
  knowsItself,
  knowsPeer,
];
