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
  readonly cluster: Cluster;
  readonly config: SubmarinerConfig & Pick<CommonConfig, "charts">;
  readonly namespace: pulumi.Output<string>;
  /** The broker's API server. */
  readonly brokerEndpoint: pulumi.Output<string>;
  readonly credentials: Credentials;
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

  constructor(name: string, args: MembershipArgs, opts: pulumi.ComponentResourceOptions) {
    super("multicluster-lab:submariner:Membership", name, {}, opts);
    const { cluster, config, namespace } = args;
    const child = { parent: this, provider: cluster.provider };
    const sealed = { ...child, additionalSecretOutputs: ["data", "stringData"] };

    const secrets = [
      new k8s.core.v1.Secret(
        `${name}-broker`,
        { metadata: { name: brokerSecretName, namespace }, data: args.credentials.data },
        sealed,
      ),
      new k8s.core.v1.Secret(
        `${name}-key`,
        { metadata: { name: keySecretName, namespace }, data: { [keyField]: args.key.base64 } },
        sealed,
      ),
    ];
    const operator = installChart(
      name,
      {
        chart: submarinerCharts.operator,
        release: operatorNamespace,
        namespace,
        values: operatorValues(config, cluster.plan, args.brokerEndpoint.apply(hostAndPort), args.key.wireguard),
        mirror: config.charts.mirror,
      },
      { ...child, dependsOn: [...secrets, args.credentials.grant, ...args.after, ...cluster.nodes] },
    );

    const lifetime = new k8s.core.v1.ConfigMap(
      `${name}-lifetime`,
      { metadata: { name: "submariner-lifetime", namespace } },
      { ...child, dependsOn: operator },
    );
    this.resource = new k8s.apiextensions.CustomResourcePatch(
      name,
      {
        apiVersion: "submariner.io/v1alpha1",
        kind: "Submariner",
        metadata: {
          name: submarinerName,
          namespace,
          ownerReferences: [
            {
              apiVersion: "v1",
              kind: "ConfigMap",
              name: lifetime.metadata.name,
              uid: lifetime.metadata.uid,
              blockOwnerDeletion: true,
            },
          ],
        },
        // The chart can name the first of them as well, and not the other; without either nothing secret is in the resource.
        spec: { brokerK8sSecret: brokerSecretName, ceIPSecPSKSecret: keySecretName },
      },
      // To take the owner away again would be to let the resource outlive it.
      { ...child, retainOnDelete: true },
    );

    new k8s.core.v1.Service(
      `${name}-dns`,
      {
        metadata: { name: dnsServiceName, namespace },
        spec: {
          // The operator's own Service has whatever address is free; this one is known to the cluster's DNS beforehand.
          clusterIP: dnsAddress(cluster.plan),
          selector: { app: "submariner-lighthouse-coredns" },
          ports: (["UDP", "TCP"] as const).map((protocol) => ({
            name: protocol.toLowerCase(),
            protocol,
            port: 53,
            targetPort: 53,
          })),
        },
      },
      { ...child, dependsOn: this.resource },
    );
    this.registerOutputs({});
  }
}
