import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../../cluster/cluster";
import type { CommonConfig } from "../../config/common";
import { installChart } from "../common/release";
import { dnsAddress, type SubmarinerConfig } from "./addresses";
import type { Credentials } from "./broker";
import { submarinerCharts } from "./charts";
import type { PresharedKey } from "./key";
import { brokerSecretName, dnsServiceName, keyField, keySecretName, operatorNamespace, submarinerName } from "./names";
import { hostAndPort, operatorValues } from "./values";

/** What a cluster is given to join. */
export interface MembershipArgs {
  /** The cluster that joins. */
  readonly cluster: Cluster;
  /** How clusters are addressed and joined, and where charts come from. */
  readonly config: SubmarinerConfig & Pick<CommonConfig, "charts" | "images">;
  /** Namespace of the operator on it. */
  readonly namespace: pulumi.Output<string>;
  /** The broker's API server. */
  readonly brokerEndpoint: pulumi.Output<string>;
  /** What it shows to the broker. */
  readonly credentials: Credentials;
  /** The key of the tunnels: the same for all members. */
  readonly key: Pick<PresharedKey, "base64" | "wireguard">;
  /** What has to be there before gateways start. */
  readonly after: readonly pulumi.Resource[];
}

/**
 * Submariner on one cluster, joined to the broker.
 *
 * The chart brings the operator and, with it, the Submariner resource that the operator works on and holds by a finalizer.
 * Helm removes Deployments before resources of kinds that it does not know, so an uninstall would end the operator first and
 * leave the resource, and the cluster's entries on the broker, for good (submariner-charts#413). Therefore the resource
 * belongs to `lifetime`, which goes before the chart does: its deletion waits until Kubernetes has collected what belongs
 * to it, and that waits for the operator, which signs off from the broker.
 */
export class Membership extends pulumi.ComponentResource {
  /** The resource that the operator works on. */
  public readonly resource: pulumi.Resource;

  constructor(
    private readonly prefix: string,
    private readonly args: MembershipArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:submariner:Membership", prefix, {}, opts);
    const secrets = this.secrets();
    const operator = this.operator(secrets);
    const lifetime = this.lifetime(operator);
    this.resource = this.ownedBy(lifetime);
    this.dnsService();
    this.registerOutputs({});
  }

  private get child() {
    return { parent: this, provider: this.args.cluster.provider };
  }

  /** What the member shows to the broker, and the key of the tunnels. */
  private secrets(): pulumi.Resource[] {
    const { namespace, credentials, key } = this.args;
    const sealed = { ...this.child, additionalSecretOutputs: ["data", "stringData"] };
    return [
      new k8s.core.v1.Secret(
        `${this.prefix}-broker`,
        { metadata: { name: brokerSecretName, namespace }, data: credentials.data },
        sealed,
      ),
      new k8s.core.v1.Secret(
        `${this.prefix}-key`,
        { metadata: { name: keySecretName, namespace }, data: { [keyField]: key.base64 } },
        sealed,
      ),
    ];
  }

  private operator(secrets: readonly pulumi.Resource[]): pulumi.Resource {
    const { cluster, config, namespace, brokerEndpoint, key, credentials, after } = this.args;
    return installChart(
      this.prefix,
      {
        chart: submarinerCharts.operator,
        release: operatorNamespace,
        namespace,
        values: operatorValues(config, cluster.plan, brokerEndpoint.apply(hostAndPort), key.wireguard),
        sources: config,
      },
      { ...this.child, dependsOn: [...secrets, credentials.grant, ...after, ...cluster.nodes] },
    );
  }

  private lifetime(operator: pulumi.Resource): k8s.core.v1.ConfigMap {
    return new k8s.core.v1.ConfigMap(
      `${this.prefix}-lifetime`,
      { metadata: { name: "submariner-lifetime", namespace: this.args.namespace } },
      { ...this.child, dependsOn: operator },
    );
  }

  /** The chart's Submariner resource, with the owner before which it goes. */
  private ownedBy({ metadata: { name, uid } }: k8s.core.v1.ConfigMap): pulumi.Resource {
    return new k8s.apiextensions.CustomResourcePatch(
      this.prefix,
      {
        apiVersion: "submariner.io/v1alpha1",
        kind: "Submariner",
        metadata: {
          name: submarinerName,
          namespace: this.args.namespace,
          ownerReferences: [{ apiVersion: "v1", kind: "ConfigMap", name, uid, blockOwnerDeletion: true }],
        },
        // The chart can name the first of them as well, and not the other; without either nothing secret is in the resource.
        spec: {
          brokerK8sSecret: brokerSecretName,
          ceIPSecPSKSecret: keySecretName,
          // Where gateways see each other's own addresses nobody needs another one, for which they would ask a server on
          // the internet and not start without an answer (submariner, pkg/endpoint/public_ip.go).
          airGappedDeployment: this.args.config.interconnect === "peering",
        },
      },
      // To take the owner away again would be to let the resource outlive it.
      { ...this.child, retainOnDelete: true },
    );
  }

  /** Lighthouse under an address that the cluster's DNS knows beforehand: the operator's own Service has any that is free. */
  private dnsService(): void {
    const ports = (["UDP", "TCP"] as const).map((protocol) => ({
      name: protocol.toLowerCase(),
      protocol,
      port: 53,
      targetPort: 53,
    }));
    new k8s.core.v1.Service(
      `${this.prefix}-dns`,
      {
        metadata: { name: dnsServiceName, namespace: this.args.namespace },
        spec: {
          clusterIP: dnsAddress(this.args.cluster.plan),
          selector: { app: "submariner-lighthouse-coredns" },
          ports,
        },
      },
      { ...this.child, dependsOn: this.resource },
    );
  }
}
