import type { AwsAccount } from "../../aws/account/account";
import { Controller } from "../../aws/cluster/controller";
import type { Kube } from "../../aws/cluster/kube";
import type { Addon, Cluster, Instance } from "../../aws/eks/items";
import type { RealNetwork } from "../../network/network";
import { podGuards } from "./pod-guards";

/**
 * Enforces NetworkPolicies on real nodes where AWS does: only if the VPC CNI's add-on says `enableNetworkPolicy` (EKS user
 * guide, cni-network-policy-configure). Like its agent in the mode that it has by default, it lets everybody in to a pod that it has not seen yet.
 */
export class NetworkPolicies extends Controller {
  constructor(
    private readonly kube: Kube,
    private readonly cluster: Pick<Cluster, "name">,
    private readonly site: { readonly account: AwsAccount; readonly network: Pick<RealNetwork, "guard"> },
  ) {
    super({
      kube,
      kinds: [
        ["networking.k8s.io/v1", "NetworkPolicy"],
        ["v1", "Pod"],
      ],
    });
  }

  protected override async reconcile(): Promise<void> {
    const { account, network } = this.site;
    const instances = account.list<Instance>("instance", ({ clusterName }) => clusterName === this.cluster.name);
    const guards = this.isEnabled() && instances.length > 0 ? podGuards(await this.objects()) : new Map();
    for (const { id, nodeName } of instances) {
      // Whoever needs a network that failed is told by it.
      await network.guard(id, guards.get(nodeName) ?? []).catch(() => {});
    }
  }

  private isEnabled(): boolean {
    const [addon] = this.site.account.list<Addon>(
      "eks-addon",
      ({ name, clusterName }) => name === "vpc-cni" && clusterName === this.cluster.name,
    );
    return JSON.parse(addon?.configurationValues || "{}").enableNetworkPolicy === "true";
  }

  private async objects() {
    const [pods, namespaces, policies] = await Promise.all([
      this.kube.list("v1", "Pod"),
      this.kube.list("v1", "Namespace"),
      this.kube.list("networking.k8s.io/v1", "NetworkPolicy"),
    ]);
    return { pods, namespaces, policies };
  }
}
