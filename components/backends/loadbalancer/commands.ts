import type { OwnCommand } from "../../plan/own-command";

/** What shows it at work. */
export const loadbalancerCommands = (here: string): OwnCommand[] => [
  {
    command: `kubectl --context ${here} get services --all-namespaces --field-selector spec.type=LoadBalancer`,
    shows: "what is exported, by which load balancers",
  },
  {
    command: `kubectl --context ${here} get services --all-namespaces --field-selector spec.type=ExternalName`,
    shows: "the names that lead to peers",
  },
];
