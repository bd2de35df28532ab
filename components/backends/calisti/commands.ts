import type { OwnCommand } from "../../plan/own-command";

/** What shows it at work. */
export const calistiCommands = (here: string): OwnCommand[] => [
  {
    command: `kubectl --context ${here} get istiocontrolplanes.servicemesh.cisco.com --all-namespaces`,
    shows: "the control planes that the operator keeps",
  },
  {
    command: `kubectl --context ${here} get clusters.clusterregistry.k8s.cisco.com`,
    shows: "the clusters that the registry knows, and whether they are in step",
  },
];
