import { type AccountOptions, AwsAccount } from "../../rehearsal/aws/account/account";
import { AwsClock } from "../../rehearsal/aws/account/clock";
import { allocateAddress, attachInternetGateway, createInternetGateway } from "../../rehearsal/aws/ec2/gateways";
import type { Subnet, Vpc } from "../../rehearsal/aws/ec2/items";
import { createSecurityGroup } from "../../rehearsal/aws/ec2/security-groups";
import { createSubnet, createVpc } from "../../rehearsal/aws/ec2/vpc";

export const region = "eu-central-1";

/** An account whose clock costs no real time. */
export function newAccount(options: Partial<AccountOptions> = {}): AwsAccount {
  return new AwsAccount({ clock: new AwsClock(1e5, 0), ...options });
}

/** Calls of EC2 in one region with what a test does not care about filled in. */
export class Ec2 {
  constructor(
    readonly account: AwsAccount = newAccount(),
    readonly region = "eu-central-1",
  ) {}

  /** The same account elsewhere. */
  elsewhere(other = "eu-west-1"): Ec2 {
    return new Ec2(this.account, other);
  }

  vpc(cidrBlock = "10.0.0.0/16"): Promise<Vpc> {
    return createVpc(this.account, this.region, {
      cidrBlock,
      instanceTenancy: "default",
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: {},
    });
  }

  subnet(vpc: Vpc, cidrBlock = "10.0.0.0/24", zone = "a"): Promise<Subnet> {
    return createSubnet(this.account, this.region, {
      vpcId: vpc.id,
      cidrBlock,
      availabilityZone: `${this.region}${zone}`,
      mapPublicIpOnLaunch: false,
      tags: {},
    });
  }

  async gateway(vpc: Vpc) {
    const gateway = await createInternetGateway(this.account, this.region, {});
    await attachInternetGateway(this.account, this.region, gateway.id, vpc.id);
    return gateway;
  }

  address() {
    return allocateAddress(this.account, this.region, {});
  }

  group(vpc: Vpc, name = "mesh", description = "who talks to whom") {
    return createSecurityGroup(this.account, this.region, { name, description, vpcId: vpc.id, tags: {} });
  }
}
