import * as eks from "@pulumi/eks";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { CommonConfig } from "../config/common";
import { IngressRules, type NatAddresses, sourceCidr } from "../network/ingress-rules";
import type { Network } from "../network/network";
import type { Exposure } from "../plan/balancer";
import type { EksClusterPlan } from "../plan/cluster";
import { accessEntries } from "./access";
import { Addons, clusterDns, vpcCniConfiguration } from "./addons";
import type { Cluster } from "./cluster";
import { type NodeGroups, nodeGroups } from "./node-groups";
import { controlPlaneRole, nodeRole, ServiceRole } from "./service-role";

/** What an EKS cluster is made of. */
export interface EksClusterArgs {
  /** What it becomes: addresses, rules, MTU, node groups. */
  readonly plan: EksClusterPlan;
  /** The settings that are the same for all clusters. */
  readonly config: Pick<CommonConfig, "kubernetesVersion" | "nodes" | "access">;
  /** The VPC in which it lies. */
  readonly network: Network;
  /** Public addresses of all clusters' NAT gateways. */
  readonly natAddresses: NatAddresses;
  /** What the `aws` command is told besides the ambient credentials, where that is something. */
  readonly credentials: { readonly profileName?: string; readonly roleArn?: string };
  /** Installs the CNI where it is a chart's: called before there are nodes, which wait for what it returns. */
  readonly installCni: (cluster: EksCluster) => readonly pulumi.Resource[];
}

/**
 * One EKS cluster: control plane, CNI (AWS's set to the planned MTU, or a chart), nodes, DNS, and the rules that let its
 * peers in. Whoever has the AWS identity that ran `pulumi up` administers it, and whom `access` names.
 */
export class EksCluster extends pulumi.ComponentResource implements Cluster {
  public readonly plan: EksClusterPlan;
  public readonly provider: k8s.Provider;
  /** Gets its token from `aws eks get-token`, so it holds no credential; secret all the same. */
  public readonly kubeconfig: pulumi.Output<string>;
  public readonly endpoint: pulumi.Output<string>;
  public readonly certificateAuthority: pulumi.Output<string>;
  public readonly nodes: pulumi.Resource[];
  private readonly ingressRules: IngressRules;

  constructor(
    name: string,
    private readonly args: EksClusterArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:cluster:Cluster", name, {}, opts);
    const { plan, config } = args;
    this.plan = plan;

    const control = this.controlPlane(name);
    const { eksCluster } = control;
    this.kubeconfig = pulumi.secret(kubeconfigFor(control, args.credentials));
    this.endpoint = eksCluster.endpoint;
    this.certificateAuthority = eksCluster.certificateAuthority.data;

    const { access } = config;
    accessEntries(name, { cluster: eksCluster.name, region: plan.region, access }, { parent: this });
    const addons = new Addons(name, { cluster: eksCluster.name, version: config.kubernetesVersion }, { parent: this });
    const vpcCni = plan.networking.cni === "vpc-cni" ? [addons.add("vpc-cni", vpcCniConfiguration(plan))] : [];
    const kubeProxy = plan.networking.kubeProxy ? [addons.add("kube-proxy")] : [];
    this.provider = this.kubernetesProvider(name, eksCluster.arn, vpcCni);
    this.ingressRules = this.openToPeers(name, eksCluster.vpcConfig.clusterSecurityGroupId);
    const cni = args.installCni(this);
    const { ordinary, extra } = this.makeNodes(name, control, [...vpcCni, ...kubeProxy, ...cni]);
    this.nodes = [ordinary, ...extra];
    const dns = clusterDns(name, { addons, plan, nodes: ordinary }, { parent: this, provider: this.provider });
    this.registerOutputs({ endpoint: this.endpoint, dns: dns.addonVersion });
  }

  /** The planned rules first: the controller of load balancers finds them and adds none of its own. */
  reachableAfter(exposure?: Exposure): pulumi.Resource[] {
    return [...this.ingressRules.rules, ...(exposure === "public" ? this.args.network.publicAccess : [])];
  }

  /** EKS's part: control plane and security group, without nodes and add-ons. */
  private controlPlane(name: string): eks.Cluster {
    const { plan, config, network, natAddresses, credentials } = this.args;
    // Made here and not by the component, within which it would lie deeper: see docs/decisions/order.md.
    const role = new ServiceRole(`${name}-control`, controlPlaneRole, { parent: this });
    return new eks.Cluster(
      name,
      {
        name: plan.eksName,
        version: config.kubernetesVersion,
        serviceRole: role.role,
        vpcId: network.vpcId,
        privateSubnetIds: network.privateSubnetIds,
        kubernetesServiceIpAddressRange: plan.serviceCidr,
        authenticationMode: eks.AuthenticationMode.Api,
        endpointPrivateAccess: true,
        // Pulumi itself comes from outside of the VPCs (docs/decisions/api-access.md).
        endpointPublicAccess: true,
        publicAccessCidrs: plan.apiSources.map((source) => sourceCidr(source, natAddresses)),
        skipDefaultNodeGroup: true,
        // Managed nodes carry the group that EKS makes; another one would only be in the way of load balancers.
        skipDefaultSecurityGroups: true,
        bootstrapSelfManagedAddons: false,
        ...(named(credentials) ? { providerCredentialOpts: credentials } : {}),
        // Add-ons are made by Addons, all in one way: by the component they would come one after the other, and coredns
        // before there are nodes. The first name misleads: it says that the component makes no add-on (pulumi-eks,
        // cluster.ts).
        useDefaultVpcCni: true,
        kubeProxyAddonOptions: { enabled: false },
        corednsAddonOptions: { enabled: false },
      },
      { parent: this, dependsOn: role.attachments },
    );
  }

  private kubernetesProvider(name: string, arn: pulumi.Output<string>, vpcCni: pulumi.Resource[]): k8s.Provider {
    return new k8s.Provider(
      name,
      {
        kubeconfig: this.kubeconfig,
        // Identified by its ARN: a changed endpoint or token replaces nothing.
        clusterIdentifier: arn,
        enableServerSideApply: true,
        // Otherwise the provider deletes them and makes them anew when their content changes, and whoever reads them sees
        // them gone in between: Cilium's agents then forget all peers because there is one more.
        enableConfigMapMutable: true,
        enableSecretMutable: true,
      },
      // For the way down: load balancers' Services go in the same breath as the nodes (docs/decisions/order.md).
      { parent: this, dependsOn: [...vpcCni, ...this.args.network.nodeEgress] },
    );
  }

  private openToPeers(name: string, securityGroupId: pulumi.Output<string>): IngressRules {
    const { plan, natAddresses } = this.args;
    const rules = plan.ingressRules;
    return new IngressRules(`${name}-ingress`, { rules, securityGroupId, natAddresses }, { parent: this });
  }

  /** @param podNetwork CNI and kube-proxy */
  private makeNodes(name: string, control: eks.Cluster, podNetwork: readonly pulumi.Resource[]): NodeGroups {
    const { plan, config, network } = this.args;
    const actions = plan.networking.nodeActions ?? [];
    const { role, attachments } = new ServiceRole(`${name}-node`, { ...nodeRole, actions }, { parent: this });
    return nodeGroups(
      name,
      { cluster: control, role, plan, config, network },
      {
        parent: this,
        // The CNI first: pods that start before it has its settings keep the old MTU, and interfaces of nodes that
        // outlive it stay behind and block their subnet.
        dependsOn: [control, ...podNetwork, ...attachments, ...network.nodeEgress],
      },
    );
  }
}

function named(credentials: EksClusterArgs["credentials"]): boolean {
  return Object.keys(credentials).length > 0;
}

/** The component's own kubeconfig names no profile, and acts for whoever the environment says. */
function kubeconfigFor(cluster: eks.Cluster, credentials: EksClusterArgs["credentials"]): pulumi.Output<string> {
  return named(credentials) ? cluster.getKubeconfig(credentials).result : cluster.kubeconfigJson;
}
