import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Traffic } from "../plan/flows";
import type { IngressRule } from "../plan/ingress-rules";
import type { Source } from "../plan/source";

/** Public addresses of the NAT gateways, by cluster: AWS chooses them, so that a plan can only name the cluster. */
export type NatAddresses = ReadonlyMap<string, pulumi.Input<string>>;

/**
 * The CIDR that a planned source stands for.
 *
 * @throws when the source names a cluster that is not in `natAddresses`
 */
export function sourceCidr(source: Source, natAddresses: NatAddresses): pulumi.Output<string> {
  if (source.kind === "cidr") return pulumi.output(source.cidr);
  const address = natAddresses.get(source.cluster);
  if (address === undefined) throw new Error(`no NAT address is known of ${source.cluster}`);
  return pulumi.interpolate`${address}/32`;
}

/** What ingress rules are made of. */
export interface IngressRulesArgs {
  /** As the plan has them, each with its reason. */
  readonly rules: readonly IngressRule[];
  /** The group that EKS made for the cluster. */
  readonly securityGroupId: pulumi.Input<string>;
  /** For rules whose source is a peer's NAT gateway. */
  readonly natAddresses: NatAddresses;
}

/**
 * Ingress rules of the security group that EKS made for a cluster. Managed nodes carry that group and no other, so this is
 * where traffic from the peers is let in; each rule is a resource of its own and says why it is there.
 */
export class IngressRules extends pulumi.ComponentResource {
  /** Load balancers and gateways come after these: peers meet with a refusal before. */
  public readonly rules: aws.vpc.SecurityGroupIngressRule[];

  constructor(name: string, args: IngressRulesArgs, opts: pulumi.ComponentResourceOptions) {
    super("multicluster-lab:network:IngressRules", name, {}, opts);
    this.rules = args.rules.map(
      (rule) =>
        new aws.vpc.SecurityGroupIngressRule(
          `${name}-${rule.name}`,
          {
            securityGroupId: args.securityGroupId,
            cidrIpv4: sourceCidr(rule.source, args.natAddresses),
            ...ports(rule.traffic),
            description: rule.description,
          },
          { parent: this },
        ),
    );
    this.registerOutputs({});
  }
}

/** For ICMP, EC2 keeps the type where others have the first port and the code where they have the last. */
function ports(traffic: Traffic): { ipProtocol: string; fromPort?: number; toPort?: number } {
  switch (traffic.protocol) {
    case "tcp":
    case "udp":
      return { ipProtocol: traffic.protocol, fromPort: traffic.port, toPort: traffic.port };
    case "icmp":
      return { ipProtocol: "icmp", fromPort: traffic.type, toPort: traffic.code };
    case "esp":
      // By its number: EC2 has no name for it.
      return { ipProtocol: "50" };
    case "all":
      return { ipProtocol: "-1" };
    default:
      return traffic satisfies never;
  }
}
