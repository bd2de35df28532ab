import type { OwnCommand } from "../../plan/own-command";

/** What shows it at work. */
export const linkerdCommands = (here: string): OwnCommand[] => [
  {
    command: `linkerd --context ${here} multicluster check`,
    shows: "the links to peers, their credentials and issuers",
  },
  {
    command: `linkerd --context ${here} multicluster gateways`,
    shows: "the gateways of peers, whether they answer, and how quickly",
  },
  { command: `linkerd --context ${here} check --proxy`, shows: "the control plane, and the proxies beside pods" },
];
