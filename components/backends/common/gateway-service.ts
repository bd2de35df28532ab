import type * as pulumi from "@pulumi/pulumi";
import { BalancerService, type BalancerServiceArgs } from "../../cluster/balancer-service";

/**
 * The load balancer through which peers come in, for backends that plan one at most.
 *
 * @returns undefined when the plan has none
 */
export function gatewayService(
  name: string,
  args: Omit<BalancerServiceArgs, "balancer">,
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
