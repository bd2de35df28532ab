import type { Check } from "../check";
import { mtuAsPlanned } from "../common/mtu";
import { crossNetworkGateway, gatewayAddress } from "./gateway";
import { identitiesDiffer, networkLabel } from "./identity";
import { remoteSecret } from "./remote-secret";
import { authoritiesDiffer, authorityUnderRoot } from "./trust";

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
];
