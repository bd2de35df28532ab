import { createHash } from "node:crypto";

/** How long something takes, and how that is known. */
export interface Duration {
  /** Mean seconds of AWS time from a call until what it asked for is there. */
  readonly seconds: number;
  readonly source: string;
}

const common = "experience, not measured";

/**
 * What `terraform apply` and `destroy` printed for the same operation: logs in public repositories, found in November 2026.
 * The mean here is near the middle one.
 */
const logs = (count: number, least: string, middle: string, most: string) =>
  `${count} logs of Terraform: ${least} to ${most}, the middle one ${middle}`;

/** Everything that is not listed answers within a second. */
export const latencies: Readonly<Record<string, Duration>> = {
  "ec2:CreateNatGateway": { seconds: 100, source: logs(8, "1m25s", "1m46s", "2m05s") },
  "ec2:DeleteNatGateway": { seconds: 55, source: logs(17, "37s", "1m00s", "1m19s") },
  // The provider waits for the state `available` and for DNS attributes, two calls more.
  "ec2:CreateVpc": { seconds: 12, source: logs(4, "12s", "13s", "15s") },
  "ec2:CreateSubnet": { seconds: 3, source: common },
  // Public addresses at launch are a second call, and the provider waits until it reads back.
  "ec2:ModifySubnetAttribute": { seconds: 8, source: logs(5, "10s", "11s", "14s, the creation counted") },
  "ec2:CreateInternetGateway": { seconds: 2, source: common },
  "ec2:DetachInternetGateway": { seconds: 8, source: common },
  "ec2:AllocateAddress": { seconds: 2, source: common },
  "ec2:CreateRouteTable": { seconds: 2, source: common },
  "ec2:CreateRoute": { seconds: 2, source: common },
  "ec2:CreateVpcPeeringConnection": { seconds: 8, source: common },
  "ec2:AcceptVpcPeeringConnection": { seconds: 8, source: common },
  "ec2:DeleteVpcPeeringConnection": { seconds: 8, source: common },
  "ec2:CreateSecurityGroup": { seconds: 3, source: common },
  "ec2:CreateLaunchTemplate": { seconds: 2, source: common },
  "ec2:CreateNetworkInterface": { seconds: 3, source: common },
  "ec2:DeleteNetworkInterface": { seconds: 3, source: common },
  // IAM is eventually consistent; the provider waits until a role reads back.
  "iam:CreateRole": { seconds: 4, source: common },
  "iam:CreatePolicy": { seconds: 2, source: common },
  "iam:DeleteRole": { seconds: 2, source: common },
  "eks:CreateCluster": { seconds: 540, source: logs(13, "8m21s", "9m24s", "11m23s") },
  "eks:DeleteCluster": { seconds: 240, source: logs(16, "1m09s", "3m37s", "9m12s") },
  "eks:UpdateClusterConfig": { seconds: 180, source: common },
  "eks:UpdateClusterVersion": { seconds: 600, source: common },
  // Until nodes are Ready; here the instances' start alone, the rest is up to the ground.
  "eks:CreateNodegroup": { seconds: 140, source: logs(17, "58s", "2m00s", "6m45s") },
  "eks:UpdateNodegroupConfig": { seconds: 60, source: common },
  "eks:UpdateNodegroupVersion": { seconds: 420, source: common },
  "eks:DeleteNodegroup": { seconds: 380, source: logs(11, "2m18s", "6m21s", "8m21s") },
  // Without pods to wait for.
  "eks:CreateAddon": { seconds: 25, source: logs(11, "24s", "25s", "35s") },
  "eks:UpdateAddon": { seconds: 25, source: common },
  "eks:DeleteAddon": { seconds: 10, source: common },
  "eks:CreateAccessEntry": { seconds: 2, source: common },
  "iam:CreateOpenIDConnectProvider": { seconds: 2, source: common },
  // With listeners and target groups, until the Service has its name; it passes no traffic yet (cloud-provider-aws, v2toStatus).
  "elasticloadbalancing:CreateLoadBalancer": { seconds: 8, source: common },
  // No calls: what happens after those were answered. Terraform waits for both.
  "elasticloadbalancing:WaitUntilActive": {
    seconds: 142,
    source: logs(3, "2m22s", "2m37s", "2m41s, creation counted"),
  },
  // From then on until resolvers know the name.
  "elasticloadbalancing:PublishName": { seconds: 30, source: common },
  "elasticloadbalancing:DeleteLoadBalancer": { seconds: 3, source: common },
  "elasticloadbalancing:ReleaseInterfaces": { seconds: 40, source: logs(2, "40s", "44s", "47s") },
};

/** How long the emulated AWS takes, reproducible from its seed. */
export class Latency {
  constructor(private readonly seed: string) {}

  /** Mean seconds of `operation`. */
  expected(operation: string): number {
    const known = latencies[operation];
    if (known) return known.seconds;
    return /:(Describe|Get|List)/.test(operation) ? 0.2 : 0.7;
  }

  /** Seconds of `operation` on `subject`: within a tenth of the mean, always the same for the same pair. */
  of(operation: string, subject: string): number {
    const digest = createHash("sha256").update(`${this.seed}\0${operation}\0${subject}`).digest();
    return this.expected(operation) * (0.9 + 0.2 * (digest.readUInt32BE() / 0xffffffff));
  }
}
