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

/** Who leads callers to the pods, and what callers go by. */
export type BalancerWay =
  /** A network load balancer of AWS, in front of a cluster that the lab makes. */
  | { readonly kind: "aws" }
  /** What the cluster itself gives to a Service of type LoadBalancer: an IP address, or a host name. */
  | { readonly kind: "load-balancer"; readonly gives: "address" | "name" }
  /** Nobody: callers come to the node ports, at these addresses. */
  | { readonly kind: "node-ports"; readonly addresses: readonly string[] };

/** A load balancer with its place on the network. */
export interface BalancerPlan extends Balancer {
  /** Who leads callers to the pods. */
  readonly way: BalancerWay;
  /** Where it listens. */
  readonly exposure: Exposure;
  /** Who may come in by it. */
  readonly sources: readonly Source[];
}

/** The port that callers use: the load balancer's, or the node port where there is none. */
export function calledPort({ way }: Pick<BalancerPlan, "way">, { port, nodePort }: BalancerPort): number {
  return way.kind === "node-ports" ? nodePort : port;
}
