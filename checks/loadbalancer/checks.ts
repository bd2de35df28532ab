import type { Check } from "../common/check";
import { mtuAsPlanned } from "../common/mtu";
import { namesLeadToBalancers } from "./names";
import { entryRunning } from "./running";
import { peersAlone } from "./sources";
import { certificatesFitNames } from "./tls";
import { entryOnTheWire } from "./wire";

/** What must hold of plain load balancers; whether anybody answers behind them, they cannot know. */
export const loadBalancerChecks: readonly Check[] = [
  mtuAsPlanned,
  entryRunning,
  namesLeadToBalancers,
  certificatesFitNames,
  peersAlone,
  entryOnTheWire,
];
