import { createHash } from "node:crypto";

/**
 * Mean seconds of AWS time from a call until what it asked for is there. Sources: [log] a log of a real run named beside
 * it; [plan] a published range, its middle taken; [common] general experience, not measured here. Everything that is not
 * listed answers within a second.
 */
export const latencySeconds: Readonly<Record<string, number>> = {
  // [common] NAT gateways take one to two minutes to come and up to one to go.
  "ec2:CreateNatGateway": 100,
  "ec2:DeleteNatGateway": 50,
  // [common] The provider waits for the state `available` and for DNS attributes, two calls more.
  "ec2:CreateVpc": 10,
  "ec2:CreateSubnet": 3,
  // Public addresses at launch are a second call, and the provider waits until it reads back [common].
  "ec2:ModifySubnetAttribute": 8,
  "ec2:CreateInternetGateway": 2,
  "ec2:DetachInternetGateway": 8,
  "ec2:AllocateAddress": 2,
  "ec2:CreateRouteTable": 2,
  "ec2:CreateRoute": 2,
  "ec2:CreateVpcPeeringConnection": 8,
  "ec2:AcceptVpcPeeringConnection": 8,
  "ec2:DeleteVpcPeeringConnection": 8,
  "ec2:CreateSecurityGroup": 3,
  "ec2:CreateLaunchTemplate": 2,
  "ec2:CreateNetworkInterface": 3,
  "ec2:DeleteNetworkInterface": 3,
  // [common] IAM is eventually consistent; the provider waits until a role reads back.
  "iam:CreateRole": 4,
  "iam:CreatePolicy": 2,
  "iam:DeleteRole": 2,
  // [log] 8 min 33 s (2024); 13 to 16 min measured over 21 regions with older tooling: plan 8 to 15.
  "eks:CreateCluster": 540,
  // [common] 3 to 10 minutes.
  "eks:DeleteCluster": 240,
  "eks:UpdateClusterConfig": 180,
  "eks:UpdateClusterVersion": 600,
  // [common] 2 to 3 minutes until nodes are Ready; the instances' start alone, the rest is up to the ground.
  "eks:CreateNodegroup": 140,
  "eks:UpdateNodegroupConfig": 60,
  "eks:UpdateNodegroupVersion": 420,
  // [log] 2 min 37 s (terraform-aws-eks, pull request 2743).
  "eks:DeleteNodegroup": 157,
  // [common] An add-on without work to wait for is ACTIVE within half a minute.
  "eks:CreateAddon": 25,
  "eks:UpdateAddon": 25,
  "eks:DeleteAddon": 10,
  "eks:CreateAccessEntry": 2,
  "iam:CreateOpenIDConnectProvider": 2,
  // [plan] 2 to 3 minutes until a Network Load Balancer is active.
  "elasticloadbalancing:CreateLoadBalancer": 150,
  // [common] Its interfaces go a while after the call has been answered.
  "elasticloadbalancing:DeleteLoadBalancer": 30,
};

/** How long the emulated AWS takes, reproducible from its seed. */
export class Latency {
  constructor(private readonly seed: string) {}

  /** Mean seconds of `operation`. */
  expected(operation: string): number {
    const known = latencySeconds[operation];
    if (known !== undefined) return known;
    return /:(Describe|Get|List)/.test(operation) ? 0.2 : 0.7;
  }

  /** Seconds of `operation` on `subject`: within a tenth of the mean, always the same for the same pair. */
  of(operation: string, subject: string): number {
    const digest = createHash("sha256").update(`${this.seed}\0${operation}\0${subject}`).digest();
    return this.expected(operation) * (0.9 + 0.2 * (digest.readUInt32BE() / 0xffffffff));
  }
}
