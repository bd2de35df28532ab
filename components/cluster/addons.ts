import * as aws from "@pulumi/aws";
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { KubernetesVersion } from "../base/kubernetes-versions";
import type { EksClusterPlan } from "../plan/cluster";
import { corefile, requireMulticluster } from "./corefile";
import { serviceImportReader } from "./service-import-reader";

/** EKS add-ons of one cluster, each in the newest version that EKS has for its Kubernetes by default. */
export class Addons {
  constructor(
    private readonly prefix: string,
    private readonly args: { readonly cluster: pulumi.Input<string>; readonly version: KubernetesVersion },
    private readonly opts: pulumi.CustomResourceOptions,
  ) {}

  /**
   * Installs an add-on.
   *
   * @param configuration default: the add-on's own
   * @param dependsOn what it needs to become healthy
   */
  add(
    addonName: string,
    configuration?: object,
    dependsOn: pulumi.Resource[] = [],
    addonVersion: pulumi.Input<string> = this.versionOf(addonName),
  ): aws.eks.Addon {
    return new aws.eks.Addon(
      `${this.prefix}-${addonName}`,
      {
        clusterName: this.args.cluster,
        addonName,
        addonVersion,
        resolveConflictsOnCreate: "OVERWRITE",
        resolveConflictsOnUpdate: "OVERWRITE",
        ...(configuration ? { configurationValues: JSON.stringify(configuration) } : {}),
      },
      { ...this.opts, dependsOn },
    );
  }

  /** The version that EKS installs by default, e.g. `v1.13.2-eksbuild.1`. */
  versionOf(addonName: string): pulumi.Output<string> {
    const { version: kubernetesVersion } = this.args;
    return aws.eks.getAddonVersionOutput({ addonName, kubernetesVersion }, this.opts).version;
  }
}

/**
 * Configuration of AWS's CNI with the planned MTU; towards peers pods keep their addresses. The add-on's schema wants its
 * booleans as text (EKS user guide, cni-network-policy-configure).
 */
export function vpcCniConfiguration({ mtu, noSnatTo, networking, tags }: EksClusterPlan): object {
  return {
    ...(networking.networkPolicies ? { enableNetworkPolicy: "true" } : {}),
    env: {
      // Of the interfaces that it attaches for pods.
      ADDITIONAL_ENI_TAGS: JSON.stringify(tags),
      AWS_VPC_ENI_MTU: String(mtu.node),
      POD_MTU: String(mtu.pod),
      ...(noSnatTo.length > 0 ? { AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS: noSnatTo.join(",") } : {}),
    },
  };
}

/** The cluster's DNS: it needs nodes to become healthy, and answers nothing before it can read what its Corefile tells it to. */
export function clusterDns(
  name: string,
  { addons, plan, nodes }: { readonly addons: Addons; readonly plan: EksClusterPlan; readonly nodes: pulumi.Resource },
  opts: { readonly parent: pulumi.Resource; readonly provider: k8s.Provider },
): aws.eks.Addon {
  const { dnsForwards, clusterSetZone } = plan;
  const file = corefile(dnsForwards, clusterSetZone);
  const reader = clusterSetZone ? serviceImportReader(name, opts) : [];
  const version = addons.versionOf("coredns");
  return addons.add(
    "coredns",
    file ? { corefile: file } : undefined,
    [nodes, ...reader],
    clusterSetZone ? version.apply(requireMulticluster) : version,
  );
}
