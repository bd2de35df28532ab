import type { Connect, Kube } from "../aws/cluster/kube";

/** Other clusters by their kubeconfig: each client keeps its connections, so there is one a kubeconfig. */
export class Peers {
  private readonly clients = new Map<string, Kube>();

  constructor(private readonly connect: Connect) {}

  at(kubeconfig: string): Kube {
    const client = this.clients.get(kubeconfig) ?? this.connect(kubeconfig);
    this.clients.set(kubeconfig, client);
    return client;
  }
}
