/** What a Service of type LoadBalancer asks of its load balancer, as the controller reads it. */
import { field, type KubeObject } from "./kube";

/** What a Service asks of its load balancer. */
export interface BalancerSpec {
  /** As the controller names it: `a` and the Service's uid without dashes, 32 characters. */
  readonly name: string;
  /** `namespace/name` of the Service. */
  readonly service: string;
  readonly type: "network" | "classic";
  readonly internal: boolean;
  readonly ports: readonly BalancerPort[];
  /** CIDRs from which clients may come. */
  readonly sourceRanges: readonly string[];
  /** Tags that it is to have beyond those of the controller; of an existing one they do not change. */
  readonly tags: Readonly<Record<string, string>>;
  /** Instances that are its targets. */
  readonly instanceIds: readonly string[];
  /** Whether its address in one zone passes connections on to instances of others. */
  readonly crossZone: boolean;
  readonly healthCheck: BalancerHealthCheck;
}

/** How a load balancer finds out which instances answer; times in AWS seconds. */
export interface BalancerHealthCheck {
  readonly protocol: "tcp" | "http";
  /** Default: the node port of the traffic. */
  readonly port?: number;
  /** Of HTTP. */
  readonly path?: string;
  readonly interval: number;
  readonly timeout: number;
  /** How many answers in a row make an unhealthy target healthy. */
  readonly healthyThreshold: number;
  /** How many failures in a row make a target unhealthy. */
  readonly unhealthyThreshold: number;
}

/** A port of a Service, and the one by which nodes take its traffic. */
export interface BalancerPort {
  readonly port: number;
  readonly nodePort: number;
  readonly protocol: "tcp" | "udp";
}

const annotation = (name: string) => `service.beta.kubernetes.io/aws-load-balancer-${name}`;

interface ServiceSpec {
  readonly type: string;
  readonly loadBalancerClass: string;
  readonly loadBalancerSourceRanges: readonly string[];
  readonly externalTrafficPolicy: "Cluster" | "Local";
  readonly healthCheckNodePort: number;
  readonly ports: readonly { readonly port: number; readonly nodePort: number; readonly protocol?: string }[];
}

/** Whether the controller is asked for a load balancer. */
export function wanted(service: KubeObject): boolean {
  const { type, loadBalancerClass } = field<ServiceSpec>(service, "spec");
  const controller = service.metadata.annotations?.[annotation("type")];
  // Those two belong to the AWS Load Balancer Controller.
  return type === "LoadBalancer" && !loadBalancerClass && controller !== "external" && controller !== "nlb-ip";
}

/** @param instanceIds instances that are its targets */
export function specOf(service: KubeObject, instanceIds: readonly string[]): BalancerSpec {
  const { annotations = {}, namespace, name } = service.metadata;
  const { ports = [], loadBalancerSourceRanges = [] } = field<ServiceSpec>(service, "spec");
  return {
    name: nameOf(service),
    service: `${namespace}/${name}`,
    type: annotations[annotation("type")] === "nlb" ? "network" : "classic",
    // Internet-facing unless told otherwise, unlike the AWS Load Balancer Controller.
    internal: annotations[annotation("internal")] === "true",
    ports: ports.map(({ port, nodePort, protocol }) => ({
      port,
      nodePort,
      protocol: protocol === "UDP" ? "udp" : "tcp",
    })),
    sourceRanges: loadBalancerSourceRanges.length > 0 ? loadBalancerSourceRanges : ["0.0.0.0/0"],
    tags: additionalTags(annotations[annotation("additional-resource-tags")] ?? ""),
    instanceIds,
    crossZone: annotations[annotation("cross-zone-load-balancing-enabled")] === "true",
    healthCheck: healthCheckOf(service),
  };
}

/**
 * What the controller asks for when no annotation says otherwise; those annotations are not known here (cloud-provider-aws,
 * pkg/providers/v1, aws_loadbalancer.go: buildNLBHealthCheckConfiguration, defaultElbHC...).
 */
function healthCheckOf(service: KubeObject): BalancerHealthCheck {
  const { externalTrafficPolicy, healthCheckNodePort } = field<ServiceSpec>(service, "spec");
  const network = service.metadata.annotations?.[annotation("type")] === "nlb";
  const local = externalTrafficPolicy === "Local" && healthCheckNodePort;
  const how = local
    ? ({ protocol: "http", port: healthCheckNodePort, path: "/healthz" } as const)
    : ({ protocol: "tcp" } as const);
  if (!network) return { ...how, interval: 10, timeout: 5, healthyThreshold: 2, unhealthyThreshold: 6 };
  if (local) return { ...how, interval: 10, timeout: 10, healthyThreshold: 2, unhealthyThreshold: 2 };
  return { ...how, interval: 30, timeout: 10, healthyThreshold: 3, unhealthyThreshold: 3 };
}

/** What follows a second equals sign is lost (cloud-provider-aws, getKeyValuePropertiesFromAnnotation). */
function additionalTags(text: string): Record<string, string> {
  const pairs = text.split(",").map((pair) => pair.trim().split("="));
  return Object.fromEntries(pairs.flatMap(([name = "", value = ""]) => (name ? [[name, value]] : [])));
}

/** As the controller names it. */
export function nameOf(service: KubeObject): string {
  return `a${uidOf(service).replaceAll("-", "")}`.slice(0, 32);
}

/** Of a Service. */
export function uidOf({ metadata }: KubeObject): string {
  return metadata.uid ?? "";
}
