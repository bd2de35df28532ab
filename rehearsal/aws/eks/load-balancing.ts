import type { AwsAccount } from "../account/account";
import { AwsError } from "../account/errors";
import type { BalancerSpec } from "../cluster/balancer-spec";
import type { Balancers, Ingress } from "../cluster/load-balancers";
import { createNetworkInterface } from "../ec2/interfaces";
import type { NetworkInterface, SecurityGroup, Subnet } from "../ec2/items";
import { newSecurityGroup, removeSecurityGroup } from "../ec2/security-groups";
import { subnetsOf } from "../ec2/vpc";
import { becomesActive, interfacesGo } from "./balancer-times";
import type { Cluster, LoadBalancer } from "./items";
import { authorizeClassic, authorizeNetwork, revokeRules } from "./load-balancing-rules";
import { clusterTag, subject } from "./lookup";
import { wayOut } from "./routes";

/**
 * Load balancers that the control plane of one cluster makes (cloud-provider-aws, pkg/providers/v1, aws.go and
 * aws_loadbalancer.go). Nothing passes through them here: where nodes are real, `rehearsal/network` sees to that.
 */
export class ElasticLoadBalancing implements Balancers {
  /** @param gives what Services are told of their load balancer: AWS tells its name, other clouds addresses */
  constructor(
    private readonly account: AwsAccount,
    private readonly cluster: Cluster,
    private readonly gives: "name" | "addresses" = "name",
  ) {}

  ensure(spec: BalancerSpec, signal: AbortSignal): Promise<readonly Ingress[]> {
    return this.account.until(signal, async () => {
      const found = this.find(spec.name);
      const balancer = found && sameKind(found, spec) ? found : await this.replace(spec, found);
      Object.assign(balancer, whatFollowsTheService(spec));
      // Only now, as the controller does: a balancer whose rules are refused stays without an address.
      if (spec.type === "network") authorizeNetwork(this.account, this.cluster, balancer, spec);
      else authorizeClassic(this.account, this.cluster, balancer, spec);
      return this.ingressOf(balancer);
    });
  }

  remove(name: string, signal: AbortSignal): Promise<void> {
    return this.account.until(signal, async () => {
      const balancer = this.find(name);
      if (balancer) await this.delete(balancer);
      revokeRules(this.account, this.cluster, name);
    });
  }

  private ingressOf({ dnsName: hostname, interfaceIds }: LoadBalancer): Ingress[] {
    if (this.gives === "name") return [{ hostname }];
    return interfaceIds
      .flatMap((id) => this.account.get<NetworkInterface>("network-interface", id) ?? [])
      .map(({ publicIp, privateIpAddress }) => ({ ip: publicIp ?? privateIpAddress, ipMode: "VIP" }));
  }

  private find(name: string): LoadBalancer | undefined {
    const { region } = this.cluster;
    return this.account.list<LoadBalancer>("load-balancer", (each) => each.region === region && each.name === name)[0];
  }

  /** Neither type nor scheme of a load balancer can change. */
  private async replace(spec: BalancerSpec, old: LoadBalancer | undefined): Promise<LoadBalancer> {
    if (old) await this.delete(old);
    const { account, cluster } = this;
    const made = await account.call(
      "elasticloadbalancing:CreateLoadBalancer",
      subject(cluster.region, cluster.name, spec.service),
      () => {
        const subnets = this.subnetsFor(spec.internal);
        this.requireQuota(spec);
        return this.make(spec, subnets);
      },
    );
    becomesActive(account, made);
    return made;
  }

  private make(spec: BalancerSpec, subnets: readonly Subnet[]): LoadBalancer {
    const { account, cluster } = this;
    const { region } = cluster;
    const hash = account.newHex(16);
    const path = spec.type === "network" ? `net/${spec.name}/${hash}` : spec.name;
    // Network Load Balancers of this controller have no group.
    const group = spec.type === "classic" ? this.ownGroup(spec) : undefined;
    const interfaces = subnets.map(({ id }) =>
      createNetworkInterface(account, region, {
        subnetId: id,
        ...(group ? { securityGroupIds: [group.id] } : { withoutGroups: true }),
        description: `ELB ${path}`,
        publicAddress: !spec.internal,
      }),
    );
    return account.put<LoadBalancer>({
      id: spec.name,
      kind: "load-balancer",
      region,
      arn: account.arn("elasticloadbalancing", region, `loadbalancer/${path}`),
      state: "provisioning",
      tags: { ...spec.tags, [clusterTag(cluster)]: "owned", "kubernetes.io/service-name": spec.service },
      description: `of Service ${spec.service} in ${cluster.name}`,
      name: spec.name,
      clusterName: cluster.name,
      type: spec.type,
      internal: spec.internal,
      dnsName: dnsName(spec, hash, region),
      subnetIds: subnets.map(({ id }) => id),
      interfaceIds: interfaces.map(({ id }) => id),
      ...whatFollowsTheService(spec),
      published: false,
      ...(group ? { securityGroupId: group.id } : {}),
    });
  }

  /** A classic one's group is waited for: the controller deletes it, which its interfaces do not let it before they are gone. */
  private async delete(balancer: LoadBalancer): Promise<void> {
    const { account, cluster } = this;
    const service = balancer.tags["kubernetes.io/service-name"] ?? balancer.name;
    await account.call(
      "elasticloadbalancing:DeleteLoadBalancer",
      subject(cluster.region, cluster.name, service),
      () => {
        balancer.state = "deleting";
      },
    );
    account.remove(balancer.kind, balancer.id);
    const gone = interfacesGo(account, balancer.interfaceIds, subject(cluster.region, cluster.name, service));
    revokeRules(account, cluster, balancer.name, balancer.securityGroupId);
    const own = balancer.securityGroupId && account.get<SecurityGroup>("security-group", balancer.securityGroupId);
    if (!own) return;
    await account.clock.wait(() => gone);
    removeSecurityGroup(account, own);
  }

  private ownGroup(spec: BalancerSpec): SecurityGroup {
    const name = `k8s-elb-${spec.name}`;
    const { vpcId, region } = this.cluster;
    const [left] = this.account.list<SecurityGroup>("security-group", (each) => each.name === name);
    return (
      left ??
      newSecurityGroup(this.account, region, {
        name,
        description: `Security group for Kubernetes ELB ${spec.name} (${spec.service})`,
        vpcId,
        tags: { [clusterTag(this.cluster)]: "owned" },
      })
    );
  }

  /** One subnet a zone, of those tagged for the cluster: the one with the role's tag first, then by id (findELBSubnets). */
  private subnetsFor(internal: boolean): Subnet[] {
    const { account, cluster } = this;
    const role = internal ? "kubernetes.io/role/internal-elb" : "kubernetes.io/role/elb";
    const candidates = subnetsOf(account, cluster.vpcId)
      .filter(({ tags }) => clusterTag(cluster) in tags)
      .filter((subnet) => internal || wayOut(account, subnet)?.by === "internet-gateway")
      .sort((a, b) => Number(role in b.tags) - Number(role in a.tags) || (a.id < b.id ? -1 : 1));
    const zones = new Set(candidates.map(({ availabilityZone }) => availabilityZone));
    if (zones.size === 0) {
      throw new AwsError(
        "SyncLoadBalancerFailed",
        `could not find any suitable subnets for creating the ELB: it takes ${internal ? "" : "public "}subnets of ` +
          `${cluster.vpcId} tagged ${clusterTag(cluster)}`,
        "elb-subnets",
      );
    }
    return [...zones].sort().flatMap((zone) => candidates.find((each) => each.availabilityZone === zone) ?? []);
  }

  private requireQuota({ type }: BalancerSpec): void {
    const { account, cluster } = this;
    const there = account.list<LoadBalancer>(
      "load-balancer",
      (each) => each.region === cluster.region && each.type === "network",
    );
    if (type !== "network" || there.length < account.quotas.networkLoadBalancers) return;
    throw new AwsError("TooManyLoadBalancers", "The maximum number of load balancers has been reached", "elb-quota");
  }
}

/** What changes in place with the Service and the nodes. */
function whatFollowsTheService(
  spec: BalancerSpec,
): Pick<LoadBalancer, "listeners" | "targetIds" | "crossZone" | "healthCheck"> {
  return {
    listeners: [...spec.ports],
    targetIds: [...spec.instanceIds],
    crossZone: spec.crossZone,
    healthCheck: spec.healthCheck,
  };
}

function sameKind(balancer: LoadBalancer, spec: BalancerSpec): boolean {
  return balancer.type === spec.type && balancer.internal === spec.internal && balancer.state !== "deleting";
}

function dnsName(spec: BalancerSpec, hash: string, region: string): string {
  if (spec.type === "network") return `${spec.name}-${hash}.elb.${region}.amazonaws.com`;
  return `${spec.internal ? "internal-" : ""}${spec.name}-${Number.parseInt(hash.slice(0, 8), 16)}.${region}.elb.amazonaws.com`;
}
