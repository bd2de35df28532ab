import type { OwnCommand } from "../../plan/own-command";

/** What shows it at work. */
export const submarinerCommands = (here: string): OwnCommand[] => [
  { command: `subctl show all --context ${here}`, shows: "gateways, tunnels to peers, and the networks behind them" },
  {
    command: `subctl diagnose all --context ${here}`,
    shows: "what stands in the way of tunnels: firewall, CNI, versions",
  },
];
