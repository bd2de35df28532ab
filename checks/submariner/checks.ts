import type { Check } from "../common/check";
import { brokerAccess } from "./broker";
import { dnsForward } from "./dns";
import { importedExports } from "./exports";
import { connectedGateways, gatewayNodes } from "./gateways";
import { keyIsSecret, sameKey } from "./key";
import { disjointAddresses, overlayMtu, remotePools } from "./network";
import { resourceAccepted } from "./resource";
import { routesFromNodes } from "./route-agents";
import { submarinerRunning } from "./running";
import { sourceCheckOff } from "./source-check";

/** What must hold of Submariner on every cluster and between each two. */
export const submarinerChecks: readonly Check[] = [
  overlayMtu,
  submarinerRunning,
  sourceCheckOff,
  remotePools,
  disjointAddresses,
  resourceAccepted,
  brokerAccess,
  keyIsSecret,
  sameKey,
  gatewayNodes,
  connectedGateways,
  routesFromNodes,
  importedExports,
  dnsForward,
];
