import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type NatAddresses, sourceCidr } from "../network/ingress-rules";
import type { Network } from "../network/network";
import type { BalancerPlan } from "../plan/balancer";
import type { Cluster } from "./cluster";

/** What a load balancer is made of. */
export interface BalancerServiceArgs {
  /** Ports, pods, exposure and the addresses that may come in. */
  readonly balancer: BalancerPlan;
  /** The cluster whose nodes it leads to. */
  readonly cluster: Cluster;
  /** The cluster's network: an internet-facing one waits for its way to the internet. */
  readonly network: Network;
  /** Of the Service. It is passed as what is known when the namespace is there. */
  readonly namespace: pulumi.Input<string>;
  /** Public addresses of all clusters' NAT gateways, by which peers come to an internet-facing one. */
  readonly natAddresses: NatAddresses;
}

const internalAnnotation = "service.beta.kubernetes.io/aws-load-balancer-internal";

/**
 * A network load balancer in front of a cluster, as a Service that the program owns: its address is an output, and its
 * removal waits until AWS has let the load balancer go.
 *
 * The controller behind it is the one in EKS's control plane. It needs no chart and no rights of its own and cannot be
 * gone before its load balancers; see docs/decisions/load-balancers.md.
 */
export class BalancerService extends pulumi.ComponentResource {
  /**
   * Host name that AWS gave it, as the state has it. It is not asked of the cluster: a read in a preview would shut out whoever
   * is about to be let in (docs/decisions/api-access.md). `pulumi refresh` brings one that changed since.
   */
  public readonly address: pulumi.Output<string>;

  constructor(name: string, args: BalancerServiceArgs, opts: pulumi.ComponentResourceOptions) {
    super("multicluster-lab:backend:BalancerService", name, {}, opts);
    const { balancer, cluster, network } = args;
    const internal = balancer.exposure === "private";
    const service = new k8s.core.v1.Service(
      name,
      {
        metadata: {
          name: balancer.name,
          namespace: args.namespace,
          labels: { ...balancer.labels },
          annotations: {
            ...balancer.annotations,
            "service.beta.kubernetes.io/aws-load-balancer-type": "nlb",
            // Without it the controller makes an internet-facing one.
            ...(internal ? { [internalAnnotation]: "true" } : {}),
            "service.beta.kubernetes.io/aws-load-balancer-additional-resource-tags": tagList(cluster.plan.tags),
            "service.beta.kubernetes.io/aws-load-balancer-cross-zone-load-balancing-enabled": "true",
          },
        },
        spec: {
          type: "LoadBalancer",
          selector: { ...balancer.selector },
          ports: balancer.ports.map((port) => ({ ...port, protocol: "TCP" })),
          // Left out, the controller opens the node ports to everybody.
          loadBalancerSourceRanges: balancer.sources.map((source) => sourceCidr(source, args.natAddresses)),
        },
      },
      {
        parent: this,
        provider: cluster.provider,
        // The planned rules first: the controller finds them and adds none of its own.
        dependsOn: [...cluster.ingressRules.rules, ...(internal ? [] : network.publicAccess)],
        // The controller leaves a load balancer where it is when this changes (cloud-provider-aws, ensureLoadBalancerv2).
        replaceOnChanges: [`metadata.annotations["${internalAnnotation}"]`],
        deleteBeforeReplace: true,
      },
    );
    this.address = service.status.loadBalancer.apply(({ ingress = [] }) => {
      const [first] = ingress;
      const address = first?.hostname ?? first?.ip;
      if (address) return address;
      // A preview of the update that waits for it.
      if (pulumi.runtime.isDryRun()) return pulumi.unknown as unknown as string;
      throw new pulumi.RunError(
        `The load balancer ${balancer.name} of ${cluster.plan.name} has no address in the state: pulumi refresh, then pulumi up.`,
      );
    });
    this.registerOutputs({ address: this.address });
  }
}

/** As the controller takes them apart (cloud-provider-aws, getKeyValuePropertiesFromAnnotation). */
function tagList(tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags)
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
}
