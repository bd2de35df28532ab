import type { AwsAccount } from "../../aws/account/account";
import { addressAt } from "../../aws/account/cidr";
import { cniMtu } from "../../aws/cluster/cni";
import { leftForPods, registeredNode } from "../../aws/cluster/nodes";
import type { Vpc } from "../../aws/ec2/items";
import type { Cluster, Instance } from "../../aws/eks/items";
import type { Joining, NodeMaker } from "../../aws/eks/node-maker";
import type { ControlPlanes } from "../../control-planes/control-planes";
import type { RealNetwork } from "../../network/network";
import type { NodeApi } from "../../nodes/node-spec";
import type { RealNodes } from "../../nodes/real-nodes";

/** What real nodes are made of. */
export interface RealNodeMakerOptions {
  readonly account: AwsAccount;
  readonly network: RealNetwork;
  readonly nodes: RealNodes;
  readonly controlPlanes: Pick<ControlPlanes, "pki">;
}

/** Makes instances nodes by booting kubelets on the network that the account describes. */
export class RealNodeMaker implements NodeMaker {
  readonly real = true;
  readonly patience = 180;

  constructor(private readonly options: RealNodeMakerOptions) {}

  async join({ kube, cluster, instance, node }: Joining): Promise<void> {
    const { network, nodes } = this.options;
    if (!node.podCidr) throw new Error(`the subnet of ${instance.id} has no piece left for its pods`);
    const attached = await network.attach(instance.id);
    // Labels, taints and the instance's identity: a kubelet takes over what is there.
    await kube.create(registeredNode(node));
    await nodes.start({
      id: instance.id,
      name: node.name,
      netns: attached.netns,
      address: node.address,
      podCidr: node.podCidr,
      mtu: await cniMtu(kube),
      providerId: `aws:///${node.zone}/${node.instanceId}`,
      resolver: attached.resolver,
      registry: attached.registry,
      allocatable: leftForPods(node.machine),
      api: this.apiOf(cluster),
    });
  }

  async leave({ id }: Instance): Promise<void> {
    this.options.nodes.stop(id);
    await this.options.network.detach(id);
  }

  private apiOf(cluster: Cluster): NodeApi {
    const { account, controlPlanes } = this.options;
    return {
      endpoint: cluster.endpoint,
      pki: controlPlanes.pki(cluster.name),
      podNetwork: account.must<Vpc>("vpc", cluster.vpcId, "InvalidVpcID.NotFound").cidrBlock,
      // EKS gives DNS the tenth address of the range (EKS user guide, kubernetesNetworkConfig).
      dns: addressAt(cluster.serviceCidr, 10),
    };
  }
}
