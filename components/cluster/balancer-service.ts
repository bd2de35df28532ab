import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { isEks } from "../config/cluster";
import { type NatAddresses, sourceCidr } from "../network/ingress-rules";
import type { BalancerPlan } from "../plan/balancer";
import { awsAnnotations, internalAnnotation } from "./aws-balancer";
import type { Cluster } from "./cluster";

/** What a load balancer is made of. */
export interface BalancerServiceArgs {
  /** Ports, pods, exposure and the addresses that may come in. */
  readonly balancer: BalancerPlan;
  /** The cluster whose nodes it leads to. */
  readonly cluster: Cluster;
  /** Of the Service. It is passed as what is known when the namespace is there. */
  readonly namespace: pulumi.Input<string>;
  /** Public addresses of all clusters' NAT gateways, by which peers come to an internet-facing one. */
  readonly natAddresses: NatAddresses;
}

/**
 * The way in to pods of a cluster, as a Service that the program owns: a load balancer, whose address is an output and whose
 * removal waits until the cloud has let it go, or node ports of a cluster that is there already.
 *
 * On EKS the controller behind it is the one in its control plane. It needs no chart and no rights of its own and cannot be
 * gone before its load balancers; see docs/decisions/load-balancers.md.
 */
export class BalancerService extends pulumi.ComponentResource {
  /**
   * Host name or address that callers use, as the state has it; of several node addresses the first. It is not asked of the
   * cluster: a read in a preview would shut out whoever is about to be let in (docs/decisions/api-access.md).
   * `pulumi refresh` brings one that changed since.
   */
  public readonly address: pulumi.Output<string>;

  constructor(
    name: string,
    private readonly args: BalancerServiceArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:backend:BalancerService", name, {}, opts);
    const { balancer, cluster } = args;
    const { way } = balancer;
    const service = new k8s.core.v1.Service(
      name,
      {
        metadata: {
          name: balancer.name,
          namespace: args.namespace,
          labels: { ...balancer.labels },
          annotations: {
            ...balancer.annotations,
            ...(isEks(cluster.plan) ? awsAnnotations(balancer.exposure, cluster.plan.tags) : {}),
          },
        },
        spec: {
          selector: { ...balancer.selector },
          ports: balancer.ports.map((port) => ({ ...port, protocol: "TCP" })),
          ...(way.kind === "node-ports" ? { type: "NodePort" } : this.loadBalancer()),
        },
      },
      {
        parent: this,
        provider: cluster.provider,
        dependsOn: cluster.reachableAfter(balancer.exposure),
        // The controller leaves a load balancer where it is when this changes (cloud-provider-aws, ensureLoadBalancerv2).
        replaceOnChanges: [`metadata.annotations["${internalAnnotation}"]`],
        deleteBeforeReplace: true,
      },
    );
    this.address = way.kind === "node-ports" ? pulumi.output(first(way.addresses)) : this.given(service);
    this.registerOutputs({ address: this.address });
  }

  private loadBalancer() {
    const { balancer, natAddresses } = this.args;
    return {
      type: "LoadBalancer",
      // Left out, the controller opens the node ports to everybody.
      loadBalancerSourceRanges: balancer.sources.map((source) => sourceCidr(source, natAddresses)),
    };
  }

  /** What the cloud gave. */
  private given(service: k8s.core.v1.Service): pulumi.Output<string> {
    const { balancer, cluster } = this.args;
    const { way } = balancer;
    return service.status.loadBalancer.apply(({ ingress = [] }) => {
      const [{ hostname, ip } = {}] = ingress;
      const wanted = way.kind === "load-balancer" && way.gives === "address" ? ip : (hostname ?? ip);
      if (wanted) return wanted;
      if (hostname) {
        throw new pulumi.RunError(
          `Services of type LoadBalancer get host names on ${cluster.plan.name} (${hostname}): set its gateways to load-balancer-name.`,
        );
      }
      // A preview of the update that waits for it.
      if (pulumi.runtime.isDryRun()) return pulumi.unknown as unknown as string;
      throw new pulumi.RunError(
        `The load balancer ${balancer.name} of ${cluster.plan.name} has no address in the state: pulumi refresh, then pulumi up.`,
      );
    });
  }
}

function first([address]: readonly string[]): string {
  if (address === undefined) throw new Error("node ports without an address");
  return address;
}
