import type { Check } from "../common/check";
import { gatewayAddress } from "../common/istio/gateway";
import { remoteSecret } from "../common/istio/remote-secret";
import { authoritiesDiffer, authorityUnderRoot } from "../common/istio/trust";
import { mtuAsPlanned } from "../common/mtu";
import { crossNetworkGateway } from "./gateway";
import { identitiesDiffer, networkLabel } from "./identity";
import { packetSize } from "./mtu";
import { mutualTls } from "./wire";

/** What must hold of Istio on every cluster and between each two. */
export const istioChecks: readonly Check[] = [
  mtuAsPlanned,
  authorityUnderRoot,
  authoritiesDiffer,
  networkLabel,
  identitiesDiffer,
  gatewayAddress,
  crossNetworkGateway,
  remoteSecret,
  mutualTls,
  packetSize,
];
