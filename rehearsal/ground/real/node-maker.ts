import type { AwsAccount } from "../../aws/account/account";
import { addressAt } from "../../aws/account/cidr";
import { cniMtu, findCni } from "../../aws/cluster/cni";
import { leftForPods, type NodeSpec, registeredNode } from "../../aws/cluster/nodes";
import type { Vpc } from "../../aws/ec2/items";
import type { Cluster, Instance } from "../../aws/eks/items";
import type { Joining, NodeMaker } from "../../aws/eks/node-maker";
import type { ControlPlanes } from "../../control-planes/control-planes";
import type { RealNetwork } from "../../network/network";
import type { NodeApi, NodeCni } from "../../nodes/node-spec";
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
  // A CNI of a chart is an image of 700 MB that compiles what it loads into the kernel.
  readonly patience = 300;

  constructor(private readonly options: RealNodeMakerOptions) {}

  async join({ kube, cluster, instance, node }: Joining): Promise<void> {
    const { network, nodes } = this.options;
    const attached = await network.attach(instance.id);
    // Labels, taints and the instance's identity: a kubelet takes over what is there.
    await kube.create(registeredNode(node));
    await nodes.start({
      id: instance.id,
      name: node.name,
      netns: attached.netns,
      address: node.address,
      cni: (await findCni(kube)) === "aws-node" ? byNode(node) : { by: "chart" },
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

/** What the pods of aws-node would do, which wait here. */
function byNode({ podCidr, instanceId }: NodeSpec): NodeCni {
  if (!podCidr) throw new Error(`the subnet of ${instanceId} has no piece left for its pods`);
  return { by: "node", podCidr };
}
