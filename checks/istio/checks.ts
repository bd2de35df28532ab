import type { Check } from "../common/check";
import { gatewayAddress } from "../common/istio/gateway";
import { knownCluster } from "../common/istio/known-clusters";
import { proxiesHaveRoots } from "../common/istio/proxy-roots";
import { remoteSecret } from "../common/istio/remote-secret";
import { authoritiesDiffer, authorityUnderRoot } from "../common/istio/trust";
import { proxyContainer } from "../common/istio/way";
import { mtuAsPlanned } from "../common/mtu";
import { proxiesIn } from "../common/proxies";
import { knownGateway } from "./ambient";
import { discovery } from "./discovery";
import { crossNetworkGateway } from "./gateway";
import { identitiesDiffer, networkLabel } from "./identity";
import { packetSize } from "./mtu";
import { istioRunning } from "./running";
import { mutualTls } from "./wire";

/** What must hold of Istio on every cluster and between each two. */
export const istioChecks: readonly Check[] = [
  mtuAsPlanned,
  istioRunning,
  authorityUnderRoot,
  authoritiesDiffer,
  proxiesHaveRoots,
  networkLabel,
  identitiesDiffer,
  gatewayAddress,
  crossNetworkGateway,
  discovery,
  knownGateway,
  remoteSecret,
  knownCluster,
  proxiesIn("istio", proxyContainer),
  mutualTls,
  packetSize,
];
