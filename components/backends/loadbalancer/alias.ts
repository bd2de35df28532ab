import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../../cluster/cluster";
import { type BalancedService, calledAt, exportLabels, labName } from "./exports";

/** Where an alias leads: to a name of the DNS, or to addresses and a port of theirs. */
export type AliasTarget =
  | { readonly kind: "name"; readonly name: pulumi.Input<string> }
  | { readonly kind: "addresses"; readonly addresses: readonly pulumi.Input<string>[]; readonly port: number };

/** What an alias is made of. */
export interface AliasArgs {
  /** The exported Service. */
  readonly service: BalancedService;
  /** Name of the cluster that has it; part of the alias's name. */
  readonly owner: string;
  /** The cluster whose clients call it by this name. */
  readonly on: Cluster;
  /** The namespace there, of the same name as the Service's. */
  readonly namespace: pulumi.Input<string>;
  /** Where the name leads: to a load balancer, to node ports, or to the owner's own entry. */
  readonly target: AliasTarget;
}

/**
 * An exported Service's name in a cluster where it is not: a CNAME to its load balancer, or a Service without a selector whose
 * endpoints are addresses. Nothing looks at whether anybody is there.
 */
export class Alias extends pulumi.ComponentResource {
  constructor(
    name: string,
    private readonly args: AliasArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:loadbalancer:Alias", name, {}, opts);
    const { service, owner, namespace, target } = args;
    const metadata = { name: labName(service.name, owner), namespace, labels: exportLabels(owner, service) };
    if (target.kind === "name") this.service(name, metadata, { type: "ExternalName", externalName: target.name });
    else this.withEndpoints(name, metadata, target);
    this.registerOutputs({});
  }

  private get child() {
    return { parent: this, provider: this.args.on.provider };
  }

  private service(name: string, metadata: ObjectMeta, spec: k8s.types.input.core.v1.ServiceSpec) {
    return new k8s.core.v1.Service(name, { metadata, spec }, this.child);
  }

  private withEndpoints(
    name: string,
    metadata: ObjectMeta,
    { addresses, port }: Extract<AliasTarget, { kind: "addresses" }>,
  ): void {
    const called = calledAt(this.args.service);
    const service = this.service(name, metadata, { ports: [{ name: "tcp", port: called, targetPort: port }] });
    new k8s.discovery.v1.EndpointSlice(
      name,
      {
        metadata: {
          ...metadata,
          labels: {
            ...metadata.labels,
            "kubernetes.io/service-name": service.metadata.name,
            // Not of the controller that makes those of selectors (Kubernetes documentation, endpoint-slices).
            "endpointslice.kubernetes.io/managed-by": "multicluster-lab",
          },
        },
        addressType: "IPv4",
        endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
        ports: [{ name: "tcp", port, protocol: "TCP" }],
      },
      this.child,
    );
  }
}

interface ObjectMeta {
  readonly name: string;
  readonly namespace: pulumi.Input<string>;
  readonly labels: Record<string, string>;
}
