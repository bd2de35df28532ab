import * as pulumi from "@pulumi/pulumi";
import { BalancerService } from "../../cluster/balancer-service";
import type { Cluster } from "../../cluster/cluster";
import { labNamespace } from "../../cluster/lab-namespace";
import { type BalancerPlan, calledPort } from "../../plan/balancer";
import type { BackendContext, Installed } from "../common/backend";
import { installChart } from "../common/release";
import type { AliasTarget } from "./alias";
import { loadBalancerCharts } from "./charts";
import { type BalancedService, balancedServices, exportedBy, labName } from "./exports";
import { HttpsService } from "./https-service";
import { controllerRelease, entryName, entryNamespace } from "./names";
import type { LoadBalancerSettings } from "./settings";
import { traefikValues } from "./values";

/** A cluster that exports Services by load balancers. */
export interface LoadBalancerInstalled extends Installed {
  /** The namespace, when it is there. */
  namespace(name: string): pulumi.Output<string>;
  /** Where peers reach a Service of this cluster. */
  targetOf(service: BalancedService): AliasTarget;
}

/** Namespaces that every cluster has by itself. */
const givenNamespaces = ["default"];

/** What one cluster offers to its peers: a load balancer for each exported Service, and one for all that go by HTTPS. */
export class ExportingCluster extends pulumi.ComponentResource implements LoadBalancerInstalled {
  public readonly ready = [];
  private readonly namespaces = new Map<string, pulumi.Output<string>>();
  private readonly balancers = new Map<string, BalancerService>();

  constructor(
    private readonly prefix: string,
    public readonly cluster: Cluster,
    private readonly context: BackendContext<LoadBalancerSettings>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:loadbalancer:Cluster", prefix, {}, opts);
    this.takeOverNamespaces();
    this.makeNamespaces();
    for (const balancer of cluster.plan.balancers) {
      if (balancer.name !== entryName) this.addBalancer(balancer, this.namespace(balancer.namespace));
    }
    const entry = cluster.plan.balancers.find(({ name }) => name === entryName);
    if (entry) this.httpsEntry(entry);
    this.registerOutputs({});
  }

  /** The HTTPS entry; Services that go by TCP have addresses of their own. */
  get gatewayAddress(): pulumi.Output<string> | undefined {
    return this.balancers.get(entryName)?.address;
  }

  namespace(name: string): pulumi.Output<string> {
    const found = this.namespaces.get(name);
    if (!found) throw new Error(`nothing is exported in the namespace ${name}`);
    return found;
  }

  targetOf(service: BalancedService): AliasTarget {
    const { name: owner, balancers } = this.cluster.plan;
    const name = service.way === "https" ? entryName : labName(service.name, owner);
    const made = this.balancers.get(name);
    const planned = balancers.find((each) => each.name === name);
    const [port] = planned?.ports ?? [];
    if (!made || !planned || !port) throw new Error(`${owner} does not export ${service.name}`);
    const { way } = planned;
    if (way.kind === "aws" || (way.kind === "load-balancer" && way.gives === "name")) {
      return { kind: "name", name: made.address };
    }
    const addresses = way.kind === "node-ports" ? way.addresses : [made.address];
    return { kind: "addresses", addresses, port: calledPort(planned, port) };
  }

  /** Those that are there already, or that the lab makes. */
  private takeOverNamespaces(): void {
    const { workloadNamespaces, config } = this.context;
    const made = workloadNamespaces.get(this.cluster.plan.name);
    if (made && config.workload) this.namespaces.set(config.workload.namespace, made);
    for (const name of givenNamespaces) this.namespaces.set(name, pulumi.output(name));
  }

  /** On every cluster: peers keep the Service's other name in its own namespace. */
  private makeNamespaces(): void {
    for (const { namespace: name } of balancedServices(this.context.config)) {
      if (!this.namespaces.has(name)) this.addNamespace(name);
    }
  }

  /** The ingress controller with its load balancer, and an Ingress for each Service behind it. */
  private httpsEntry(entry: BalancerPlan): void {
    const { cluster, context, prefix } = this;
    const namespace = this.addNamespace(entryNamespace);
    const controller = installChart(
      `${prefix}-traefik`,
      {
        chart: loadBalancerCharts.traefik,
        release: controllerRelease,
        namespace,
        values: traefikValues(),
        sources: context.config,
      },
      { parent: this, provider: cluster.provider, dependsOn: cluster.nodes },
    );
    this.addBalancer(entry, namespace);
    for (const service of exportedBy(cluster.plan.name, context.config).filter(({ way }) => way === "https")) {
      new HttpsService(
        `${prefix}-${service.name}`,
        { service, cluster, trust: context.trust, namespace: this.namespace(service.namespace), controller },
        { parent: this },
      );
    }
  }

  private addNamespace(name: string): pulumi.Output<string> {
    const made = labNamespace(`${this.prefix}-${name}`, { cluster: this.cluster, namespace: name }, { parent: this });
    this.namespaces.set(name, made);
    return made;
  }

  private addBalancer(balancer: BalancerPlan, namespace: pulumi.Input<string>): void {
    const service = new BalancerService(
      `${this.prefix}-${balancer.name}`,
      {
        balancer,
        cluster: this.cluster,
        namespace,
        natAddresses: this.context.natAddresses,
      },
      { parent: this },
    );
    this.balancers.set(balancer.name, service);
  }
}
