import type { OwnCommand } from "../../plan/own-command";

/** What shows it at work. */
export const ciliumCommands = (here: string): OwnCommand[] => [
  {
    command: `cilium --context ${here} clustermesh status`,
    shows: "the peers that every agent is connected to, and how many Services they share",
  },
  { command: `cilium --context ${here} status`, shows: "agents and operator" },
];
