/** EKS add-ons of a cluster, with the settings that the component gives them. */
import * as eks from "@pulumi/aws/eks";
import * as pulumi from "@pulumi/pulumi";
import { refuseOthers } from "./arguments";

type Tags = pulumi.Input<Record<string, pulumi.Input<string>>>;

/** What happens to settings that somebody else has changed. Default: OVERWRITE. */
interface Conflicts {
  readonly resolveConflictsOnCreate?: pulumi.Input<string>;
  readonly resolveConflictsOnUpdate?: pulumi.Input<string>;
}

/** What may be set for kube-proxy and coredns. */
export interface AddonOptions extends Conflicts {
  readonly enabled?: boolean;
  /** Default: the most recent for the cluster's Kubernetes version. */
  readonly version?: pulumi.Input<string>;
  readonly configurationValues?: pulumi.Input<object>;
}

interface PlainAddonArgs {
  readonly addonName: "kube-proxy" | "coredns";
  readonly cluster: eks.Cluster;
  readonly tags?: Tags;
  readonly options: AddonOptions;
}

/** An add-on without options of its own. */
export function plainAddon(name: string, args: PlainAddonArgs, opts: pulumi.CustomResourceOptions): eks.Addon {
  const { addonName, cluster, options } = args;
  return new eks.Addon(
    name,
    {
      clusterName: cluster.name,
      addonName,
      preserve: true,
      tags: args.tags,
      ...conflicts(options),
      addonVersion: options.version ?? mostRecent(addonName, cluster.version, opts),
      configurationValues: options.configurationValues && sortedJson(options.configurationValues),
    },
    opts,
  );
}

/** Options of the VPC CNI that become environment variables, and their values when they are not given. */
const vpcCniEnvironment: Record<string, { readonly variable: string; readonly unset?: string }> = {
  nodePortSupport: { variable: "AWS_VPC_CNI_NODE_PORT_SUPPORT" },
  warmEniTarget: { variable: "WARM_ENI_TARGET", unset: "1" },
  warmIpTarget: { variable: "WARM_IP_TARGET" },
  warmPrefixTarget: { variable: "WARM_PREFIX_TARGET" },
  enablePrefixDelegation: { variable: "ENABLE_PREFIX_DELEGATION" },
  logLevel: { variable: "AWS_VPC_K8S_CNI_LOGLEVEL", unset: "DEBUG" },
  logFile: { variable: "AWS_VPC_K8S_CNI_LOG_FILE", unset: "/host/var/log/aws-routed-eni/ipamd.log" },
  vethPrefix: { variable: "AWS_VPC_K8S_CNI_VETHPREFIX", unset: "eni" },
  eniMtu: { variable: "AWS_VPC_ENI_MTU", unset: "9001" },
  eniConfigLabelDef: { variable: "ENI_CONFIG_LABEL_DEF" },
  pluginLogLevel: { variable: "AWS_VPC_K8S_PLUGIN_LOG_LEVEL", unset: "DEBUG" },
  pluginLogFile: { variable: "AWS_VPC_K8S_PLUGIN_LOG_FILE", unset: "/var/log/aws-routed-eni/plugin.log" },
  enablePodEni: { variable: "ENABLE_POD_ENI", unset: "false" },
  cniConfigureRpfilter: { variable: "AWS_VPC_K8S_CNI_CONFIGURE_RPFILTER" },
  cniCustomNetworkCfg: { variable: "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", unset: "false" },
  externalSnat: { variable: "AWS_VPC_K8S_CNI_EXTERNALSNAT", unset: "false" },
};

/** The same for the container that prepares the node. */
const vpcCniInitEnvironment = {
  disableTcpEarlyDemux: { variable: "DISABLE_TCP_EARLY_DEMUX", unset: "false" },
} as const;

const otherVpcCniOptions = [
  "addonVersion",
  "resolveConflictsOnCreate",
  "resolveConflictsOnUpdate",
  "serviceAccountRoleArn",
  "configurationValues",
  "enableNetworkPolicy",
];

/** @throws Error for options that the stand-in does not know */
export function checkVpcCniOptions(options: pulumi.Inputs): void {
  const known = [vpcCniEnvironment, vpcCniInitEnvironment].flatMap((table) => Object.keys(table));
  refuseOthers("eks:index:Cluster vpcCniOptions", options, [...known, ...otherVpcCniOptions]);
}

interface VpcCniAddonArgs extends pulumi.Inputs, Conflicts {
  readonly clusterName: pulumi.Input<string>;
  readonly clusterVersion: pulumi.Input<string>;
  readonly tags?: Tags;
}

/** The component around the VPC CNI add-on; its arguments hold the cluster's vpcCniOptions too. */
export class VpcCniAddon extends pulumi.ComponentResource {
  public readonly addon: pulumi.Output<eks.Addon>;

  constructor(name: string, args: VpcCniAddonArgs, opts: pulumi.ComponentResourceOptions) {
    super("eks:index:VpcCniAddon", name, args, opts);
    const child = { parent: this };
    this.addon = pulumi.output(
      new eks.Addon(
        name,
        {
          clusterName: args.clusterName,
          addonVersion: args.addonVersion ?? mostRecent("vpc-cni", args.clusterVersion, child),
          addonName: "vpc-cni",
          ...conflicts(args),
          preserve: true,
          configurationValues: vpcCniConfiguration(args),
          serviceAccountRoleArn: args.serviceAccountRoleArn,
          tags: args.tags,
        },
        child,
      ),
    );
    this.registerOutputs({ addon: this.addon });
  }
}

/** The options' environment under whatever the caller's own configuration values say. */
function vpcCniConfiguration(args: pulumi.Inputs): pulumi.Output<string> {
  const names = [vpcCniEnvironment, vpcCniInitEnvironment].flatMap((table) => Object.keys(table));
  const settings = Object.fromEntries(
    [...names, "enableNetworkPolicy", "configurationValues"].map((name) => [name, args[name]]),
  );
  return pulumi.output(settings).apply((known) => {
    const given = known.configurationValues ?? {};
    const configuration: Record<string, unknown> = {
      ...(known.enableNetworkPolicy === undefined ? {} : { enableNetworkPolicy: String(known.enableNetworkPolicy) }),
      ...given,
      env: { ...environment(vpcCniEnvironment, known), ...given.env },
      init: { ...given.init, env: { ...environment(vpcCniInitEnvironment, known), ...given.init?.env } },
    };
    return JSON.stringify(configuration, sortKeys);
  });
}

function environment(
  table: Record<string, { readonly variable: string; readonly unset?: string }>,
  options: Record<string, unknown>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(table).flatMap(([option, { variable, unset }]) => {
      // The component takes an option that is false or 0 for one that is not given.
      const value = options[option] ? String(options[option]) : unset;
      return value === undefined ? [] : [[variable, value]];
    }),
  );
}

/** OVERWRITE: an add-on takes over what EKS has put there by itself. */
function conflicts(options: Conflicts) {
  return {
    resolveConflictsOnCreate: options.resolveConflictsOnCreate ?? "OVERWRITE",
    resolveConflictsOnUpdate: options.resolveConflictsOnUpdate ?? "OVERWRITE",
  };
}

function mostRecent(addonName: string, kubernetesVersion: pulumi.Input<string>, opts: pulumi.InvokeOptions) {
  const { parent } = opts;
  return eks.getAddonVersionOutput({ addonName, kubernetesVersion, mostRecent: true }, { parent }).version;
}

function sortedJson(values: pulumi.Input<object>): pulumi.Output<string> {
  return pulumi.output(values).apply((known) => JSON.stringify(known, sortKeys));
}

/** Replacer for JSON.stringify: the same values give the same text, whatever their order. */
function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
