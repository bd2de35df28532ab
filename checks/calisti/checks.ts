import type { Check } from "../common/check";
import { gatewayAddress } from "../common/istio/gateway";
import { remoteSecret } from "../common/istio/remote-secret";
import { authoritiesDiffer, authorityUnderRoot } from "../common/istio/trust";
import { mtuAsPlanned } from "../common/mtu";
import { controlPlaneActive, controlPlanesDiffer, injection } from "./control-plane";
import { exposedHosts, gatewayPort } from "./gateway";
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
  exposedHosts,
  injection,
  remoteSecret,
  knowsItself,
  knowsPeer,
];
