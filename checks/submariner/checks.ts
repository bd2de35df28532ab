import type { Check } from "../common/check";
import { brokerAccess } from "./broker";
import { dnsForward } from "./dns";
import { connectedGateways, gatewayNodes } from "./gateways";
import { keyIsSecret, sameKey } from "./key";
import { disjointAddresses, overlayMtu, remotePools } from "./network";
import { resourceAccepted } from "./resource";
import { sourceCheckOff } from "./source-check";

/** What must hold of Submariner on every cluster and between each two. */
export const submarinerChecks: readonly Check[] = [
  overlayMtu,
  sourceCheckOff,
  remotePools,
  disjointAddresses,
  resourceAccepted,
  brokerAccess,
  keyIsSecret,
  sameKey,
  gatewayNodes,
  connectedGateways,
  dnsForward,
];
