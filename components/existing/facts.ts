/** What clusters that are there already say of themselves, as plain data. */

/** What was learnt of one. */
export interface ClusterFacts {
  /** Which cluster it is: the id of its namespace kube-system, the same for as long as it lives. */
  readonly identity: string;
  /** E.g. `v1.35.2`. */
  readonly version: string;
  /** Networks of its Services, where the API server tells them (from 1.33 on). */
  readonly serviceCidrs: readonly string[];
  /** Address of the Service `kubernetes`, which is in the network of Services. */
  readonly serviceAddress: string;
  /** All of them. */
  readonly nodes: readonly NodeFacts[];
  /** Whether whoever asks may do everything. */
  readonly mayEverything: boolean;
  /** Of those that the lab would make: what is there already, by name, with the lab that made it. */
  readonly namespaces: Readonly<Record<string, string | undefined>>;
  /** Names of custom resource definitions. */
  readonly definitions: readonly string[];
}

/** Of a node. */
export interface NodeFacts {
  /** As Kubernetes knows it. */
  readonly name: string;
  /** In the cluster. */
  readonly addresses: readonly string[];
  /** From which it gives pods addresses, where Kubernetes hands those out. */
  readonly podCidrs: readonly string[];
  /** E.g. `amd64`. */
  readonly architecture: string;
}

/** The way to a cluster and what it says, or why it says nothing. */
export type Surveyed =
  | {
      readonly kind: "answered";
      readonly server: string;
      readonly certificateAuthority: string | undefined;
      readonly facts: ClusterFacts;
    }
  | {
      readonly kind: "silent";
      readonly field: "context" | "kubeconfig";
      readonly problem: string;
      readonly fix: string;
    };
