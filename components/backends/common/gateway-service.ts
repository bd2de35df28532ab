import type * as pulumi from "@pulumi/pulumi";
import { BalancerService } from "../../cluster/balancer-service";
import type { Cluster } from "../../cluster/cluster";
import type { NatAddresses } from "../../network/ingress-rules";
import type { Network } from "../../network/network";

/**
 * The load balancer through which peers come in, for backends that plan one at most.
 *
 * @returns undefined when the plan has none
 */
export function gatewayService(
  name: string,
  args: {
    readonly cluster: Cluster;
    readonly network: Network;
    readonly namespace: pulumi.Input<string>;
    readonly natAddresses: NatAddresses;
  },
  opts: pulumi.ComponentResourceOptions,
): BalancerService | undefined {
  const [balancer] = args.cluster.plan.balancers;
  return balancer && new BalancerService(name, { balancer, ...args }, opts);
}

/** The same, for backends that always plan one. */
export function requiredGatewayService(...args: Parameters<typeof gatewayService>): BalancerService {
  const made = gatewayService(...args);
  if (!made) throw new Error(`the plan of ${args[1].cluster.plan.name} has no load balancer for its peers`);
  return made;
}
