import type { OwnCommand } from "../../plan/own-command";

/** What shows it at work. */
export const istioCommands = (here: string): OwnCommand[] => [
  {
    command: `istioctl --context ${here} remote-clusters`,
    shows: "the clusters whose Services and endpoints istiod reads, and whether it could",
  },
  {
    command: `istioctl --context ${here} proxy-status`,
    shows: "every proxy, and whether it has the newest configuration",
  },
];
