/** What goes on with a load balancer after the calls that make and delete it have been answered. */
import type { AwsAccount, AwsOperation } from "../account/account";
import { detached } from "../cluster/controller";
import { deleteNetworkInterface } from "../ec2/interfaces";
import type { NetworkInterface } from "../ec2/items";
import type { LoadBalancer } from "./items";

/** State of interfaces whose load balancer is gone. */
const releasing = "releasing";

/**
 * It has its name, and passes no traffic before it is active (ELB API reference, LoadBalancerState); only then does DNS
 * learn the name.
 */
export function becomesActive(account: AwsAccount, balancer: LoadBalancer): void {
  const subject = balancer.description ?? balancer.name;
  void later(account, "elasticloadbalancing:WaitUntilActive", subject, () => {
    if (balancer.state === "provisioning") balancer.state = "active";
    void later(account, "elasticloadbalancing:PublishName", subject, () => {
      balancer.published = true;
    });
  });
}

/**
 * Its interfaces hold their addresses, subnets and groups for a while after it is gone, which keeps those from being deleted.
 *
 * @returns when they are gone
 */
export function interfacesGo(account: AwsAccount, ids: readonly string[], subject: string): Promise<void> {
  for (const id of ids) {
    const found = account.get<NetworkInterface>("network-interface", id);
    if (found) found.state = releasing;
  }
  return later(account, "elasticloadbalancing:ReleaseInterfaces", subject, () => {
    for (const id of ids) deleteNetworkInterface(account, id);
  });
}

/** Goes on with what an earlier process left in the middle. */
export function resumeBalancers(account: AwsAccount): void {
  for (const balancer of account.list<LoadBalancer>("load-balancer")) becomesActive(account, balancer);
  const left = account.list<NetworkInterface>("network-interface", ({ state }) => state === releasing);
  if (left.length > 0)
    void interfacesGo(
      account,
      left.map(({ id }) => id),
      "resumed",
    );
}

/** By AWS's clock alone: neither the end of whoever asked nor that of the cluster's controllers stops it. */
function later(account: AwsAccount, operation: AwsOperation, subject: string, done: () => void): Promise<void> {
  return detached(() => account.clock.sleep(account.latency.of(operation, subject)).then(done));
}
