import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../../cluster/cluster";
import type { CniContext } from "../common/backend";
import { installChart } from "../common/release";
import { ciliumCharts } from "./charts";
import { ipsecKeyLine } from "./ipsec-key";
import { ciliumNamespace, ipsecKeysSecret } from "./names";
import { serviceDefinitions } from "./service-definitions";
import type { CiliumSettings } from "./settings";
import { ciliumValues } from "./values";

/**
 * Cilium itself, on a cluster that has no nodes yet: they become ready only with it, so nothing here waits for pods. What
 * the mesh's pods want besides comes later, with the load balancer, and they wait for it.
 *
 * On the way down it outlives the nodes: the operator gives back what it holds in EC2 while there is still a node to run on.
 */
export class CiliumCni extends pulumi.ComponentResource {
  /** Nodes wait for these, and are gone before them. */
  public readonly resources: pulumi.Resource[];

  constructor(
    name: string,
    cluster: Cluster,
    { config, trust }: CniContext<CiliumSettings>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:cilium:Cni", name, {}, opts);
    const child = { parent: this, provider: cluster.provider };
    const { encryption, ipsecKey, sharing } = config.own;
    const keys =
      encryption === "ipsec"
        ? [
            new k8s.core.v1.Secret(
              `${name}-ipsec-keys`,
              {
                metadata: { name: ipsecKeysSecret, namespace: ciliumNamespace },
                stringData: {
                  // A number has a key of its own, so that the one before it leaves the state with it.
                  keys: trust.sharedKey(`ipsec-${ipsecKey}`).apply((key) => ipsecKeyLine(ipsecKey, key)),
                },
              },
              child,
            ),
          ]
        : [];
    // Cilium looks for them once, when it starts (cilium/cilium#47793); DNS and the demo's objects come after the nodes.
    const definitions =
      sharing === "mcs"
        ? serviceDefinitions.map(
            (each) =>
              new k8s.apiextensions.v1.CustomResourceDefinition(
                `${name}-${each.spec.names.plural}`,
                each as k8s.apiextensions.v1.CustomResourceDefinitionArgs,
                child,
              ),
          )
        : [];
    const before = [...keys, ...definitions];
    const release = installChart(
      name,
      {
        chart: ciliumCharts.cilium,
        release: "cilium",
        namespace: ciliumNamespace,
        values: ciliumValues(
          cluster.plan,
          config.own,
          cluster.endpoint.apply((endpoint) => new URL(endpoint).hostname),
        ),
        mirror: config.charts.mirror,
        skipAwait: true,
      },
      { ...child, dependsOn: before },
    );
    this.resources = [...before, release];
    this.registerOutputs({});
  }
}
