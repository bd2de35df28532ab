/** Who may come in: to nodes and to API servers. */
import type { Declared } from "../base/declared";
import { everybody, list, mayBe, type Props, type ResourceRule } from "../base/rule";

/** What the tunnels of public nodes speak: IKE and ESP in UDP, or ESP itself. */
const tunnelProtocols = new Set(["udp", "50"]);

export const networkRules: readonly ResourceRule[] = [
  {
    id: "no-open-ingress",
    promise:
      "Nobody is let in from anywhere, but to declared public tunnels, and the ICMP message of a path too narrow",
    source: "Security Hub EC2.18; Checkov CKV_AWS_24, CKV_AWS_25, CKV_AWS_260, CKV_AWS_277",
    of: "resource",
    problems: (resource, declared) =>
      ingressOf(resource.type, resource.props)
        .filter((rule) => rule.sources.some((source) => everybody.has(source)))
        .filter((rule) => !isTooBig(rule) && !isTunnel(rule, declared))
        .map(({ protocol, from, to }) => `${protocol} ${from} to ${to} is open to everybody`),
  },
  {
    id: "ingress-says-why",
    promise: "Every ingress rule says why it is there",
    source: "Checkov CKV_AWS_23",
    of: "resource",
    problems: ({ type, props }) =>
      type === "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule" && !props.description
        ? ["it has no description"]
        : [],
  },
  {
    id: "api-server-names-callers",
    promise: "API servers answer nodes within the VPC, and on the internet those who are named",
    source: "CIS EKS 5.4.1; Checkov CKV_AWS_38",
    of: "resource",
    problems: ({ type, props }, { publicTunnels }) => {
      const endpoint = endpointOf(type, props);
      if (!endpoint) return [];
      const callers: readonly unknown[] = list(endpoint.publicAccessCidrs);
      const open = callers.length === 0 || callers.some((caller) => everybody.has(caller));
      return [
        ...(mayBe(endpoint.endpointPrivateAccess, true) ? [] : ["nodes have no private way to it"]),
        ...(mayBe(endpoint.endpointPublicAccess, false) || !open || publicTunnels || !isList(endpoint)
          ? []
          : ["it answers everybody on the internet"]),
      ];
    },
  },
];

interface Ingress {
  readonly protocol: string;
  readonly from: unknown;
  readonly to: unknown;
  readonly sources: readonly unknown[];
}

/** What a resource lets in, whichever of AWS's three ways it uses. */
function ingressOf(type: string, props: Props): Ingress[] {
  switch (type) {
    case "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule":
      return [ingress(props, props.ipProtocol, [props.cidrIpv4, props.cidrIpv6])];
    case "aws:ec2/securityGroupRule:SecurityGroupRule":
      return props.type === "ingress" ? [ofCidrs(props)] : [];
    case "aws:ec2/securityGroup:SecurityGroup":
    case "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup":
      return list(props.ingress).map(ofCidrs);
    default:
      return [];
  }
}

function ofCidrs(rule: Props): Ingress {
  return ingress(rule, rule.protocol, [...list(rule.cidrBlocks), ...list(rule.ipv6CidrBlocks)]);
}

function ingress({ fromPort: from, toPort: to }: Props, protocol: unknown, sources: readonly unknown[]): Ingress {
  return { protocol: String(protocol), from, to, sources };
}

/** Fragmentation needed, which any router on the way may say; it opens no service. */
function isTooBig({ protocol, from, to }: Ingress): boolean {
  return protocol === "icmp" && from === 3 && to === 4;
}

function isTunnel({ protocol }: Ingress, { publicTunnels }: Declared): boolean {
  return publicTunnels && tunnelProtocols.has(protocol);
}

/** How the API server is reached: EKS's cluster, or the component that makes it. */
function endpointOf(type: string, props: Props): Props | undefined {
  if (type === "aws:eks/cluster:Cluster") return props.vpcConfig;
  return type === "eks:index:Cluster" && props.publicAccessCidrs !== undefined ? props : undefined;
}

/** Whether the callers are known, if not each of them. */
function isList({ publicAccessCidrs }: Props): boolean {
  return publicAccessCidrs === undefined || Array.isArray(publicAccessCidrs);
}
