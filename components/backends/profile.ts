import type { Mistake } from "../config/mistakes";
import type { LabConfig } from "../config/schema";
import type { Flow } from "../plan/flows";
import type { KubernetesVersion } from "../plan/kubernetes-versions";
import type { Encapsulation } from "../plan/mtu";

/** A Helm chart in one version. */
export interface Chart {
  readonly name: string;
  readonly version: string;
  /** Repository it comes from unless a mirror is configured. */
  readonly repository: string;
  /** Commands that put its archive into the folder MIRROR, where `helm pull` from the repository cannot. */
  readonly archivedBy?: string;
}

/** A Service of type LoadBalancer that the program owns. */
export interface Balancer {
  /** Unique on its cluster, whatever the namespace. */
  readonly name: string;
  readonly namespace: string;
  /** Who comes in by it. */
  readonly why: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly BalancerPort[];
}

export interface BalancerPort {
  readonly name: string;
  /** Where the load balancer listens. */
  readonly port: number;
  /** Where the pods listen. */
  readonly targetPort: number;
  /** Fixed, so that the rule that admits it is known before the Service exists; 30000 to 32767. */
  readonly nodePort: number;
}

/** What a backend is, as plain data and pure functions: all that configuration, plan, docs and tests need of it. */
export interface BackendProfile {
  /** The name people know it by. */
  readonly title: string;
  /** Kubernetes versions it is released for. */
  readonly kubernetesVersions: readonly KubernetesVersion[];
  /** Whose addresses pods have: the VPC's (VPC CNI), or those of an overlay that the backend brings. */
  readonly podNetwork: "vpc" | "overlay";
  /** What it puts around a packet on the way between clusters. */
  readonly encapsulation: Encapsulation;
  readonly charts: Readonly<Record<string, Chart>>;
  /**
   * What it cannot do of what a configuration asks for, each with the reason. It sees what is valid so far and stays silent
   * about what it cannot judge.
   */
  refuses?(config: Partial<LabConfig>): readonly Mistake[];
  /** What whoever chooses it must know before anything is built. */
  readonly warnings?: readonly string[];
  /** The load balancers of `cluster`. */
  balancers(cluster: string, config: LabConfig): readonly Balancer[];
  /** What `from` needs of `to`; asked for every ordered pair of clusters. */
  flows(from: string, to: string, config: LabConfig): readonly Flow[];
  /** The name under which a Service of `owner` is found from another cluster. */
  serviceName(service: string, namespace: string, owner: string): string;
}
