import type { Check } from "../check";
import { mtuAsPlanned } from "../common/mtu";
import { gatewayAddress } from "../istio/gateway";
import { remoteSecret } from "../istio/remote-secret";
import { authoritiesDiffer, authorityUnderRoot } from "../istio/trust";
import { controlPlaneActive, controlPlanesDiffer, injection } from "./control-plane";
import { exposedHosts, gatewayPort } from "./gateway";
import { registrationChecks } from "./registration";

const { knowsItself, knowsPeer } = registrationChecks();

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
