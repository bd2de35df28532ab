import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../../cluster/cluster";
import { type BalancedService, exportLabels, labName } from "./exports";

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
  /** Where the name leads: a load balancer's, or the owner's own entry. */
  readonly address: pulumi.Input<string>;
}

/**
 * An exported Service's name in a cluster where it is not: a CNAME to its load balancer. Cluster DNS answers with it, and
 * nothing looks at whether anybody is there.
 */
export class Alias extends pulumi.ComponentResource {
  constructor(name: string, args: AliasArgs, opts: pulumi.ComponentResourceOptions) {
    super("multicluster-lab:loadbalancer:Alias", name, {}, opts);
    const { service, owner, on, namespace, address } = args;
    new k8s.core.v1.Service(
      name,
      {
        metadata: { name: labName(service.name, owner), namespace, labels: exportLabels(owner, service) },
        spec: { type: "ExternalName", externalName: address },
      },
      { parent: this, provider: on.provider },
    );
    this.registerOutputs({});
  }
}
