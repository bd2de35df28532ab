import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../../cluster/cluster";
import { type BalancedService, exportLabels, labName } from "./exports";

/**
 * A shared Service's name in a cluster where it is not: a CNAME to its load balancer. Cluster DNS answers with it, and
 * nothing looks at whether anybody is there.
 */
export class Alias extends pulumi.ComponentResource {
  constructor(
    name: string,
    args: {
      readonly service: BalancedService;
      readonly owner: string;
      readonly on: Cluster;
      readonly namespace: pulumi.Input<string>;
      readonly address: pulumi.Input<string>;
    },
    opts: pulumi.ComponentResourceOptions,
  ) {
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
