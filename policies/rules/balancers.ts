/** Load balancers that AWS makes for Services of clusters of the lab's own. */
import { everybody, list, mayBe, type Props, type Resource, type ResourceRule, unknown } from "../base/rule";

const annotation = (name: string) => `service.beta.kubernetes.io/aws-load-balancer-${name}`;

export const balancerRules: readonly ResourceRule[] = [
  {
    id: "internet-facing-declared",
    promise: "A load balancer listens on the internet for administrators, or where exposure is public",
    source: "docs/decisions/load-balancers.md",
    of: "resource",
    problems: (resource, { adminCidrs, publicGateways }) => {
      const { internal, callers } = balancerOf(resource) ?? {};
      if (callers === undefined || mayBe(internal, "true") || publicGateways) return [];
      const others = list(callers).filter((caller: unknown) => !adminCidrs.includes(caller as string));
      return others.length > 0
        ? ["it listens on the internet for others than adminCidrs, and exposure is not public"]
        : [];
    },
  },
  {
    id: "balancer-names-callers",
    promise: "Every load balancer names its callers",
    source: "AWS knowledge center, eks-cidr-ip-address-loadbalancer: where no ranges are named, everybody may call",
    of: "resource",
    problems: (resource) => {
      const balancer = balancerOf(resource);
      if (!balancer || balancer.callers === unknown) return [];
      const callers: readonly unknown[] = list(balancer.callers);
      return callers.length === 0 || callers.some((caller) => everybody.has(caller)) ? ["it is open to everybody"] : [];
    },
  },
];

interface AwsBalancer {
  /** `"true"` where it listens in the VPC alone. */
  readonly internal: unknown;
  /** CIDRs. */
  readonly callers: unknown;
  /** As the controller of load balancers is told them. */
  readonly tags: unknown;
}

/** What a Service asks of AWS, if it does: clusters that were there have balancers of their own kind. */
export function balancerOf({ type, props, provider }: Resource): AwsBalancer | undefined {
  const { spec, metadata }: Props = props;
  if (type !== "kubernetes:core/v1:Service" || spec?.type !== "LoadBalancer" || !isEks(provider)) return undefined;
  const said = metadata?.annotations;
  const of = (name: string) => (said === unknown ? unknown : said?.[annotation(name)]);
  return { internal: of("internal"), callers: spec.loadBalancerSourceRanges, tags: of("additional-resource-tags") };
}

/** Providers of the lab's own clusters go by their ARN. */
function isEks(provider: Props | undefined): boolean {
  const identifier = provider?.clusterIdentifier;
  return identifier === unknown || /^arn:/.test(String(identifier));
}
