import type * as eks from "@pulumi/aws/eks";
import { getPartitionOutput } from "@pulumi/aws/getPartition";
import { getRegionOutput } from "@pulumi/aws/getRegion";
import * as iam from "@pulumi/aws/iam";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type AccessEntry, grantAccess } from "./access";
import { plainAddon, VpcCniAddon } from "./addons";
import { type ClusterArguments, checkedClusterArguments } from "./cluster-arguments";
import { controlPlane, serviceRole } from "./control-plane";
import { type Credentials, kubeconfig } from "./kubeconfig";

/** What the component hands to those who build on a cluster, node groups first. */
export interface CoreData {
  readonly cluster: eks.Cluster;
  readonly vpcId: pulumi.Output<string>;
  readonly subnetIds: pulumi.Output<string[]>;
  readonly publicSubnetIds?: pulumi.Output<string[]>;
  readonly privateSubnetIds?: pulumi.Output<string[]>;
  readonly endpoint: pulumi.Output<string>;
  readonly provider: k8s.Provider;
  readonly instanceRoles: pulumi.Output<iam.Role[]>;
  readonly nodeGroupOptions: pulumi.Inputs;
  readonly storageClasses: Record<string, never>;
  readonly kubeconfig: pulumi.Output<unknown>;
  readonly vpcCni?: VpcCniAddon;
  readonly tags?: ClusterArguments["tags"];
  readonly oidcProvider?: iam.OpenIdConnectProvider;
  readonly clusterIamRole: pulumi.Output<iam.Role>;
  readonly accessEntries: pulumi.Output<unknown[]>;
  readonly autoModeNodeRoleName: pulumi.Output<string>;
}

/**
 * AWS stopped checking the thumbprint of EKS issuers, but still wants one. The component reads it from the issuer's
 * certificate; emulated clusters have no issuer to ask, so this is the well-known one of the root behind all of them.
 */
const issuerThumbprint = "9e99a48a9960b14926bb7f3b02e22da2b0ab7280";

/**
 * An eks.Cluster as pulumi-eks 4.3 builds it without default nodes and security groups and with access entries: the same
 * children, names, inputs and outputs. It does not look for an `aws` command, and does not poll the new cluster's
 * health: the rehearsal's control planes answer before they are called created.
 */
export class Cluster extends pulumi.ComponentResource {
  declare public readonly core: pulumi.Output<pulumi.Unwrap<CoreData>>;
  declare public readonly eksCluster: pulumi.Output<eks.Cluster>;
  /** Every output of the component, as the program sees them. */
  declare public readonly outputs: pulumi.Inputs;

  /** @param args undefined for a cluster that already exists, known by `opts.urn` */
  constructor(name: string, args: pulumi.Inputs | undefined, opts: pulumi.ComponentResourceOptions) {
    // Before anything is registered: a refusal should leave nothing behind.
    const checked = args && checkedClusterArguments(args);
    super("eks:index:Cluster", name, args ?? { core: undefined, eksCluster: undefined }, opts);
    if (!checked) return;
    const core = buildCore(name, checked, this);
    this.core = pulumi.output(core);
    this.eksCluster = pulumi.output(core.cluster);
    this.outputs = { ...clusterOutputs(core), core: this.core, eksCluster: this.eksCluster };
    this.registerOutputs(this.outputs);
  }

  /** The kubeconfig for other credentials than the ambient ones, as JSON. */
  getKubeconfig(credentials: Credentials): pulumi.Output<string> {
    return this.eksCluster
      .apply((cluster) => kubeconfig(cluster, credentials))
      .apply((config) => JSON.stringify(config));
  }
}

function buildCore(name: string, args: ClusterArguments, parent: Cluster): CoreData {
  const { partition } = getPartitionOutput({}, { parent });
  const subnetIds = subnetsOf(args);
  const { role, ready } = serviceRole(name, args, partition, parent);
  const cluster = controlPlane(name, args, { parent, subnetIds, role, ready });
  addKubeProxy(name, args, cluster, parent);
  const provider = kubernetesProvider(name, args, cluster, parent);
  const entries = accessEntries(args);
  const granted = grantAccess(name, cluster, entries, parent);
  const vpcCni = vpcCniAddon(name, args, cluster, { parent, dependsOn: granted, providers: { kubernetes: provider } });
  addCoredns(name, args, cluster, parent);
  const credentials = pulumi.output(args.providerCredentialOpts).apply((given) => given && { roleArn: given.roleArn });
  return {
    cluster,
    vpcId: pulumi.output(args.vpcId),
    subnetIds,
    publicSubnetIds: args.publicSubnetIds && pulumi.output(args.publicSubnetIds),
    privateSubnetIds: args.privateSubnetIds && pulumi.output(args.privateSubnetIds),
    endpoint: cluster.endpoint,
    provider,
    instanceRoles: pulumi.output(args.instanceRole ? [args.instanceRole] : []),
    nodeGroupOptions: { version: args.version, nodeAssociatePublicIpAddress: args.nodeAssociatePublicIpAddress },
    storageClasses: {},
    kubeconfig: kubeconfig(cluster, credentials),
    vpcCni,
    tags: args.tags,
    oidcProvider: args.createOidcProvider ? oidcProvider(name, cluster, parent) : undefined,
    clusterIamRole: role,
    accessEntries: pulumi.output(Object.values(entries)),
    autoModeNodeRoleName: pulumi.output(""),
  };
}

function subnetsOf({ subnetIds, publicSubnetIds = [], privateSubnetIds = [] }: ClusterArguments) {
  if (subnetIds) return pulumi.output(subnetIds);
  const both = pulumi.all([publicSubnetIds, privateSubnetIds]);
  return both.apply(([publicIds, privateIds]): string[] => [...publicIds, ...privateIds]);
}

function addKubeProxy(name: string, args: ClusterArguments, cluster: eks.Cluster, parent: Cluster): void {
  const options = args.kubeProxyAddonOptions ?? {};
  if (options.enabled === false) return;
  plainAddon(`${name}-kube-proxy`, { addonName: "kube-proxy", cluster, tags: args.tags, options }, { parent });
}

/** Without default nodes there is nowhere to run it, so the component adds it only when told to. */
function addCoredns(name: string, args: ClusterArguments, cluster: eks.Cluster, parent: Cluster): void {
  const options = args.corednsAddonOptions ?? {};
  if (options.enabled !== true && !options.configurationValues) return;
  plainAddon(`${name}-coredns`, { addonName: "coredns", cluster, tags: args.tags, options }, { parent });
}

function kubernetesProvider(name: string, args: ClusterArguments, cluster: eks.Cluster, parent: Cluster) {
  return new k8s.Provider(
    `${name}-eks-k8s`,
    {
      // The engine's own access may go through a profile; what the program gets to see must not name it.
      kubeconfig: kubeconfig(cluster, engineCredentials(args)).apply((config) => JSON.stringify(config)),
      enableConfigMapMutable: args.enableConfigMapMutable,
    },
    { parent },
  );
}

function accessEntries({ instanceRole, accessEntries: given }: ClusterArguments): Record<string, AccessEntry> {
  if (!instanceRole) return { ...given };
  const defaultNodeGroupInstanceRole = { principalArn: pulumi.output(instanceRole).arn, type: "EC2_LINUX" };
  return { defaultNodeGroupInstanceRole, ...given };
}

function vpcCniAddon(
  name: string,
  args: ClusterArguments,
  cluster: eks.Cluster,
  opts: pulumi.ComponentResourceOptions,
): VpcCniAddon | undefined {
  if (args.useDefaultVpcCni === true) return undefined;
  const { name: clusterName, version: clusterVersion } = cluster;
  return new VpcCniAddon(
    `${name}-vpc-cni`,
    { ...args.vpcCniOptions, clusterName, clusterVersion, tags: args.tags },
    opts,
  );
}

/** The AWS profile of whoever runs the engine, unless the program says otherwise. */
function engineCredentials(args: ClusterArguments): pulumi.Input<Credentials> | undefined {
  if (args.providerCredentialOpts) return args.providerCredentialOpts;
  const profileName = process.env.AWS_PROFILE || new pulumi.Config("aws").get("profile");
  return profileName ? { profileName } : undefined;
}

function oidcProvider(name: string, cluster: eks.Cluster, parent: Cluster): iam.OpenIdConnectProvider {
  // Asked as the component asks it, to find the issuer's address for the thumbprint.
  getRegionOutput({}, { parent });
  return new iam.OpenIdConnectProvider(
    `${name}-oidcProvider`,
    { clientIdLists: ["sts.amazonaws.com"], url: issuerOf(cluster), thumbprintLists: [issuerThumbprint] },
    { parent },
  );
}

function issuerOf(cluster: eks.Cluster): pulumi.Output<string> {
  return cluster.identities.apply((identities) => identities?.[0]?.oidcs?.[0]?.issuer ?? "");
}

/** Outputs besides `core` and `eksCluster`; those of parts that are not built here are empty, as the component has them. */
function clusterOutputs(core: CoreData): pulumi.Inputs {
  const issuer = issuerOf(core.cluster);
  const securityGroupId = core.cluster.vpcConfig.clusterSecurityGroupId;
  return {
    kubeconfig: core.kubeconfig,
    kubeconfigJson: pulumi.jsonStringify(core.kubeconfig),
    instanceRoles: core.instanceRoles,
    clusterSecurityGroupId: securityGroupId,
    nodeSecurityGroupId: securityGroupId,
    clusterIngressRuleId: "",
    defaultNodeGroupAsgName: "",
    fargateProfileId: "",
    fargateProfileStatus: "",
    oidcProviderArn: core.oidcProvider?.arn ?? "",
    oidcProviderUrl: issuer,
    oidcIssuer: issuer.apply((url) => url.replace("https://", "")),
    autoModeNodeRoleName: core.autoModeNodeRoleName,
  };
}
