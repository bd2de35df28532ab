import type { Check } from "../common/check";
import { gatewayAddress } from "../common/istio/gateway";
import { knownCluster } from "../common/istio/known-clusters";
import { proxiesHaveRoots } from "../common/istio/proxy-roots";
import { remoteSecret } from "../common/istio/remote-secret";
import { authoritiesDiffer, authorityUnderRoot } from "../common/istio/trust";
import { proxyContainer } from "../common/istio/way";
import { mtuAsPlanned } from "../common/mtu";
import { proxiesIn } from "../common/proxies";
import { controlPlaneActive, controlPlanesDiffer, injection } from "./control-plane";
import { exposedHosts, gatewayPort } from "./gateway";
import { knowsItself, knowsPeer } from "./registration";
import { calistiRunning } from "./running";

/** What must hold of Calisti's open core: what holds of Istio, asked of what its operator is told, and the registry. */
export const calistiChecks: readonly Check[] = [
  mtuAsPlanned,
  calistiRunning,
  authorityUnderRoot,
  authoritiesDiffer,
  proxiesHaveRoots,
  controlPlaneActive,
  controlPlanesDiffer,
  gatewayAddress,
  gatewayPort,
  exposedHosts,
  injection,
  remoteSecret,
  knownCluster,
  proxiesIn("istio", proxyContainer),
  knowsItself,
  knowsPeer,
];
