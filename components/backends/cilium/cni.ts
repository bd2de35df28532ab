import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { EksCluster } from "../../cluster/eks-cluster";
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
    private readonly prefix: string,
    private readonly cluster: EksCluster,
    private readonly context: CniContext<CiliumSettings>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:cilium:Cni", prefix, {}, opts);
    const before = [...this.ipsecKeys(), ...this.definitions()];
    this.resources = [...before, this.release(before)];
    this.registerOutputs({});
  }

  private get child() {
    return { parent: this, provider: this.cluster.provider };
  }

  private ipsecKeys(): pulumi.Resource[] {
    const { config, trust } = this.context;
    const { encryption, ipsecKey } = config.own;
    if (encryption !== "ipsec") return [];
    return [
      new k8s.core.v1.Secret(
        `${this.prefix}-ipsec-keys`,
        {
          metadata: { name: ipsecKeysSecret, namespace: ciliumNamespace },
          stringData: {
            // A number has a key of its own, so that the one before it leaves the state with it.
            keys: trust.sharedKey(`ipsec-${ipsecKey}`).apply((key) => ipsecKeyLine(ipsecKey, key)),
          },
        },
        this.child,
      ),
    ];
  }

  /** Cilium looks for them once, when it starts (cilium/cilium#47793); DNS and the demo's objects come after the nodes. */
  private definitions(): pulumi.Resource[] {
    if (this.context.config.own.sharing !== "mcs") return [];
    return serviceDefinitions.map(
      (each) =>
        new k8s.apiextensions.v1.CustomResourceDefinition(
          `${this.prefix}-${each.spec.names.plural}`,
          each as k8s.apiextensions.v1.CustomResourceDefinitionArgs,
          this.child,
        ),
    );
  }

  private release(before: pulumi.Resource[]): pulumi.Resource {
    const { plan, endpoint } = this.cluster;
    const { own } = this.context.config;
    const apiServer = endpoint.apply((url) => new URL(url).hostname);
    return installChart(
      this.prefix,
      {
        chart: ciliumCharts.cilium,
        release: "cilium",
        namespace: ciliumNamespace,
        values: ciliumValues(plan, own, { apiServer, roots: this.context.trust.mark }),
        sources: this.context.config,
        skipAwait: true,
      },
      { ...this.child, dependsOn: before },
    );
  }
}
