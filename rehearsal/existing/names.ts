/** How the ground calls what is behind the clusters of a lab. */

/** A cluster of a plan: of EKS, or there already. */
export interface NamedCluster {
  readonly name: string;
  /** Of one that the lab makes. */
  readonly eksName?: string | undefined;
}

/** Name of a cluster's control plane on the ground, whoever made the cluster. */
export function controlPlaneName({ name, eksName }: NamedCluster): string {
  return eksName ?? `existing-${name}`;
}
