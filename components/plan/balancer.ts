/** Load balancers as plain data: what a backend asks for, and what the plan makes of it. */
import type { Source } from "./source";

/** Where a load balancer listens: in the VPC, or on the internet. */
export type Exposure = "private" | "public";

/** A Service of type LoadBalancer that the program owns. */
export interface Balancer {
  /** Unique on its cluster, whatever the namespace. */
  readonly name: string;
  /** Namespace of the Service. */
  readonly namespace: string;
  /** Who comes in by it. */
  readonly why: string;
  /** Labels of the Service. */
  readonly labels: Readonly<Record<string, string>>;
  /** Annotations of the Service, besides those that AWS reads. Default: none. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Labels of the pods behind it. */
  readonly selector: Readonly<Record<string, string>>;
  /** All are TCP. */
  readonly ports: readonly BalancerPort[];
}

/** A port of a load balancer, all the way to the pods. */
export interface BalancerPort {
  /** Name of the Service's port. */
  readonly name: string;
  /** Where the load balancer listens. */
  readonly port: number;
  /** Where the pods listen. */
  readonly targetPort: number;
  /** Fixed, so that the rule that admits it is known before the Service exists; 30000 to 32767. */
  readonly nodePort: number;
}

/** A load balancer with its place on the network. */
export interface BalancerPlan extends Balancer {
  /** Where it listens. */
  readonly exposure: Exposure;
  /** Who may come in by it. */
  readonly sources: readonly Source[];
}
