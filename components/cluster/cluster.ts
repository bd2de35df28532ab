import * as aws from "@pulumi/aws";
import * as eks from "@pulumi/eks";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { CommonConfig } from "../config/common";
import { IngressRules, type NatAddresses, sourceCidr } from "../network/ingress-rules";
import type { Network } from "../network/network";
import type { ClusterPlan } from "../plan/cluster";
import { corefile, requireMulticluster } from "./corefile";
import { serviceImportReader } from "./service-import-reader";
import { controlPlaneRole, nodeRole, ServiceRole } from "./service-role";

export interface ClusterArgs {
  readonly plan: ClusterPlan;
  readonly config: Pick<CommonConfig, "kubernetesVersion" | "nodes">;
  readonly network: Network;
  /** Public addresses of all clusters' NAT gateways. */
  readonly natAddresses: NatAddresses;
  /** Installs the CNI where it is a chart's: called before there are nodes, which wait for what it returns. */
  readonly installCni: (cluster: Cluster) => readonly pulumi.Resource[];
}

/**
 * One EKS cluster: control plane, CNI (AWS's set to the planned MTU, or a chart), nodes, DNS, and the rules that let its
 * peers in. Whoever has the AWS identity that ran `pulumi up` administers it.
 */
export class Cluster extends pulumi.ComponentResource {
  public readonly plan: ClusterPlan;
  /** Kubernetes provider of this cluster. */
  public readonly provider: k8s.Provider;
  /** Gets its token from `aws eks get-token`, so it holds no credential; secret all the same. */
  public readonly kubeconfig: pulumi.Output<string>;
  public readonly endpoint: pulumi.Output<string>;
  public readonly certificateAuthority: pulumi.Output<string>;
  /** Wait for these to run pods. */
  public readonly nodes: pulumi.Resource[];
  /** Wait for these to be reached by peers. */
  public readonly ingressRules: IngressRules;

  constructor(name: string, args: ClusterArgs, opts: pulumi.ComponentResourceOptions) {
    super("multicluster-lab:cluster:Cluster", name, {}, opts);
    const { plan, config, network } = args;
    const { networking } = plan;
    const child = { parent: this };
    this.plan = plan;

    // Made here and not by the component, within which it would lie deeper: see docs/decisions/order.md.
    const controlRole = new ServiceRole(`${name}-control`, controlPlaneRole, child);
    const control = new eks.Cluster(
      name,
      {
        name: plan.eksName,
        version: config.kubernetesVersion,
        serviceRole: controlRole.role,
        vpcId: network.vpcId,
        privateSubnetIds: network.privateSubnetIds,
        kubernetesServiceIpAddressRange: plan.serviceCidr,
        authenticationMode: eks.AuthenticationMode.Api,
        endpointPrivateAccess: true,
        endpointPublicAccess: plan.apiAccess.public,
        ...(plan.apiAccess.public
          ? { publicAccessCidrs: plan.apiAccess.sources.map((source) => sourceCidr(source, args.natAddresses)) }
          : {}),
        skipDefaultNodeGroup: true,
        // Managed nodes carry the group that EKS makes; another one would only be in the way of load balancers.
        skipDefaultSecurityGroups: true,
        bootstrapSelfManagedAddons: false,
        // Add-ons are made below, all in one way: by the component they would come one after the other, and coredns before
        // there are nodes. The first name misleads: it says that the component makes no add-on (pulumi-eks, cluster.ts).
        useDefaultVpcCni: true,
        kubeProxyAddonOptions: { enabled: false },
        corednsAddonOptions: { enabled: false },
      },
      { ...child, dependsOn: controlRole.attachments },
    );

    const made = control.eksCluster;
    const versionOf = (addonName: string) =>
      aws.eks.getAddonVersionOutput({ addonName, kubernetesVersion: config.kubernetesVersion }, child).version;
    const addon = (
      addonName: string,
      configuration: object | undefined,
      dependsOn: pulumi.Resource[] = [],
      addonVersion = versionOf(addonName),
    ) =>
      new aws.eks.Addon(
        `${name}-${addonName}`,
        {
          clusterName: made.apply((cluster) => cluster.name),
          addonName,
          addonVersion,
          resolveConflictsOnCreate: "OVERWRITE",
          resolveConflictsOnUpdate: "OVERWRITE",
          ...(configuration ? { configurationValues: JSON.stringify(configuration) } : {}),
        },
        { ...child, dependsOn },
      );
    const vpcCni = networking.cni === "vpc-cni" ? [addon("vpc-cni", vpcCniConfiguration(plan))] : [];
    const kubeProxy = networking.kubeProxy ? [addon("kube-proxy", undefined)] : [];
    this.kubeconfig = pulumi.secret(control.kubeconfigJson);
    this.endpoint = made.apply(({ endpoint }) => endpoint);
    this.certificateAuthority = made.apply(({ certificateAuthority }) => pulumi.output(certificateAuthority).data);
    const arn = made.apply((cluster) => cluster.arn);
    this.provider = new k8s.Provider(
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
      { ...child, dependsOn: [...vpcCni, ...network.nodeEgress] },
    );

    this.ingressRules = new IngressRules(
      `${name}-ingress`,
      {
        rules: plan.ingressRules,
        securityGroupId: made.apply(({ vpcConfig }) => pulumi.output(vpcConfig).clusterSecurityGroupId),
        natAddresses: args.natAddresses,
      },
      child,
    );
    const cni = args.installCni(this);

    const role = new ServiceRole(`${name}-node`, { ...nodeRole, actions: networking.nodeActions ?? [] }, child);
    const nodeGroup = (groupName: string, own: OwnSettings) =>
      new eks.ManagedNodeGroup(
        `${name}-${groupName}`,
        {
          cluster: control,
          version: config.kubernetesVersion,
          nodeRole: role.role,
          instanceTypes: [config.nodes.instanceType],
          amiType: amiType(config.nodes.instanceType),
          capacityType: config.nodes.capacity === "spot" ? "SPOT" : "ON_DEMAND",
          enableIMDSv2: true,
          ...(networking.startupTaints.length > 0 ? { taints: [...networking.startupTaints] } : {}),
          ...own,
        },
        {
          ...child,
          // The CNI first: pods that start before it has its settings keep the old MTU, and interfaces of nodes that
          // outlive it stay behind and block their subnet.
          dependsOn: [control, ...vpcCni, ...kubeProxy, ...cni, ...role.attachments, ...network.nodeEgress],
          // Draining waits for disruption budgets, up to ten minutes a node.
          customTimeouts: { delete: "60m" },
        },
      );
    const { desired, min, max } = config.nodes;
    const group = nodeGroup("nodes", {
      subnetIds: network.privateSubnetIds,
      scalingConfig: { desiredSize: desired, minSize: min, maxSize: max },
    });
    const special = plan.nodeGroups.map(({ name: groupName, nodes, labels, subnets }) =>
      nodeGroup(groupName, {
        subnetIds: subnets === "public" ? network.publicSubnetIds : network.privateSubnetIds,
        scalingConfig: { desiredSize: nodes, minSize: nodes, maxSize: nodes },
        labels: { ...labels },
      }),
    );

    // It needs nodes to become healthy, and answers nothing before it can read what its Corefile tells it to.
    const { clusterSetZone } = plan;
    const file = corefile(plan.dnsForwards, clusterSetZone);
    const reader = clusterSetZone ? serviceImportReader(name, { parent: this, provider: this.provider }) : [];
    const version = versionOf("coredns");
    const dns = addon(
      "coredns",
      file ? { corefile: file } : undefined,
      [group, ...reader],
      clusterSetZone ? version.apply(requireMulticluster) : version,
    );
    this.nodes = [group, ...special];
    this.registerOutputs({ endpoint: this.endpoint, dns: dns.addonVersion });
  }
}

/** In what the node groups of a cluster differ. */
type OwnSettings = Pick<eks.ManagedNodeGroupArgs, "subnetIds" | "scalingConfig" | "labels">;

/** AWS's CNI with the planned MTU; towards peers pods keep their addresses. */
function vpcCniConfiguration({ mtu, noSnatTo }: ClusterPlan) {
  return {
    env: {
      AWS_VPC_ENI_MTU: String(mtu.node),
      POD_MTU: String(mtu.pod),
      ...(noSnatTo.length > 0 ? { AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS: noSnatTo.join(",") } : {}),
    },
  };
}

/** Amazon Linux 2023 for the instance's processor; families with a g behind their generation are Graviton (m7g, c6gn). */
function amiType(instanceType: string): string {
  return /^[a-z]+\d+g/.test(instanceType) ? "AL2023_ARM_64_STANDARD" : "AL2023_x86_64_STANDARD";
}
