import type { Server } from "node:http";
import { dirname, join } from "node:path";
import type { AwsAccount } from "../../aws/account/account";
import { addressAt, networkSize } from "../../aws/account/cidr";
import type { Controller } from "../../aws/cluster/controller";
import type { Kube } from "../../aws/cluster/kube";
import type { Subnet } from "../../aws/ec2/items";
import { interfaceAddresses } from "../../aws/eks/clusters";
import type { Cluster, Instance } from "../../aws/eks/items";
import type { NodeMaker } from "../../aws/eks/node-maker";
import type { Site } from "../../control-planes/control-plane";
import type { ControlPlanes } from "../../control-planes/control-planes";
import { wasThere } from "../../existing/make";
import type { ImageStore, Origin } from "../../images/store";
import { Upstream } from "../../images/upstream";
import { RealNetwork } from "../../network/network";
import { placementConfiguration, placementPath } from "../../nodes/placement-webhook";
import { RealNodes } from "../../nodes/real-nodes";
import type { NodeTools } from "../../tools/tools";
import { nowhere, RealClusterParts } from "./cluster-parts";
import { namePrefix, removeDeadRuns } from "./dead-runs";
import { NetworkPolicies } from "./network-policies";
import { RealNodeMaker } from "./node-maker";
import type { ServiceModuleOptions } from "./service-module";
import { serveRegistries } from "./upstream-server";
import { VanillaEnvoy } from "./vanilla-envoy";

/** What real nodes are made with. */
export interface RealNodesOptions {
  readonly tools: NodeTools;
  /** Path of runc. */
  readonly runc: string;
  readonly images: ImageStore;
}

/** What the site is opened with. */
export interface RealSiteOptions extends RealNodesOptions {
  readonly account: AwsAccount;
  /** Folder of the rehearsal. */
  readonly scratch: string;
  readonly apiPort: (cluster: string) => number | undefined;
}

/** What a lab with real nodes stands on: the account's network, the nodes on it, and images for them. */
export class RealSite {
  private constructor(
    readonly account: AwsAccount,
    readonly network: RealNetwork,
    readonly nodes: RealNodes,
    private readonly images: ImageStore,
    private readonly registries: Server,
  ) {}

  /** A new site, or the one that an earlier process kept in the same folder. */
  static async open(options: RealSiteOptions): Promise<RealSite> {
    const { account, scratch, apiPort, tools, runc, images } = options;
    const socket = join(scratch, "registries.sock");
    const upstream = new Upstream(images, { crane: tools.crane });
    const registries = await serveRegistries(upstream, socket);
    const run = runName(scratch);
    removeDeadRuns();
    const moduleOptions: ServiceModuleOptions = { store: images.options, socket };
    const network = await RealNetwork.open({
      account,
      run,
      scratch,
      apiPort,
      modules: [{ file: join(__dirname, "service-module.ts"), options: moduleOptions }],
    });
    const cniPlugins = dirname(tools.ptp);
    const nodes = new RealNodes(namePrefix(run), join(scratch, "nodes"), { ...tools, runc, cniPlugins });
    return new RealSite(account, network, nodes, images, registries);
  }

  /** Where an image came from that a pod names; undefined when it is not of the store. */
  originOf(image: string): Origin | undefined {
    return this.images.origin(image);
  }

  /** Where control planes run. */
  get controlPlanes(): Site {
    return { netns: this.network.backbone, proxyUrl: this.network.proxyUrl };
  }

  /** Makes the account's instances nodes. */
  nodeMaker(controlPlanes: Pick<ControlPlanes, "pki">): NodeMaker {
    const { account, network, nodes } = this;
    return new RealNodeMaker({ account, network, nodes, controlPlanes });
  }

  /** What runs for a cluster because its nodes are real. */
  controllers(kube: Kube, cluster: Cluster): Controller[] {
    const { url, caBundle } = this.network.webhook(placementPath);
    return [
      new RealClusterParts(kube, {
        region: cluster.region,
        apiAddresses: interfaceAddresses(this.account, cluster),
        simulatedCidr: simulatedCidr(this.account, cluster),
        placement: placementConfiguration(url, caBundle),
      }),
      new VanillaEnvoy(kube, this.images),
      new NetworkPolicies(kube, cluster, this),
    ];
  }

  /** Leaves everything as it is for another process. */
  async keep(): Promise<void> {
    this.registries.close();
    await this.network.keep();
  }

  /** Ends everything. Synchronous, so that it can run when the process exits. */
  closeNow(): void {
    this.registries.close();
    for (const { id } of this.account.list<Instance>("instance")) this.nodes.stop(id);
    this.network.closeNow();
  }
}

/**
 * Where addresses of simulated pods are. A cluster that was there before the lab has all of its pods in one network: there a
 * piece that is given to nobody, between the interfaces at a subnet's beginning and the pods at its end.
 */
function simulatedCidr(account: AwsAccount, cluster: Cluster): string {
  const subnet = account.get<Subnet>("subnet", cluster.subnetIds[0] ?? "");
  if (!subnet || !wasThere(cluster)) return nowhere;
  const middle = addressAt(subnet.cidrBlock, networkSize(subnet.cidrBlock) / 2);
  return `${middle}/26`;
}

/** A short name of its own, of the letters that names of namespaces may have: the end of the scratch folder's. */
function runName(scratch: string): string {
  return Buffer.from(scratch.slice(-6)).toString("hex").slice(-8);
}
