import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { rootsAnnotation } from "../base/generations";
import { BalancerService } from "../cluster/balancer-service";
import type { Cluster } from "../cluster/cluster";
import type { NatAddresses } from "../network/ingress-rules";
import { calledPort } from "../plan/balancer";
import type { PlannedExport } from "../plan/exports";
import type { ExportObject } from "../plan/objects";
import { type BoutiqueService, redisCart, redisClient } from "./boutique";
import { backendObjects, type ServiceArgs, serviceOf } from "./export-objects";
import { account, instancePod } from "./instance";
import type { DemoPlan, Replica, ServiceInstance } from "./plan";
import { partOf } from "./pods";
import { redisPod, redisSecret } from "./redis";

/** What the demo's part on a cluster is made of. */
export interface DemoArgs {
  /** The demo of the whole lab, of which this cluster takes its part. */
  readonly plan: DemoPlan;
  /** Where it runs. */
  readonly cluster: Cluster;
  /** Of the backend: pods that take part wait for these, and so do objects of its kinds. */
  readonly ready: readonly pulumi.Resource[];
  /** Name of its namespace by cluster, known when it is there. */
  readonly namespaces: ReadonlyMap<string, pulumi.Output<string>>;
  /** Public addresses of all clusters' NAT gateways. */
  readonly natAddresses: NatAddresses;
  /** What joins the clusters. It outlives the Services that are exported. */
  readonly joins: readonly pulumi.Resource[];
  /** The same on every cluster. Secret. */
  readonly redisPassword: pulumi.Output<string>;
  /** Which roots are trusted, for pods that start anew with other ones. */
  readonly roots: pulumi.Output<string>;
}

/** The demo's part on one cluster. */
export class Demo extends pulumi.ComponentResource {
  /** Where people come in, on the cluster with the frontend: a host, and its port where it is not 80. */
  public readonly address: pulumi.Output<string> | undefined;
  private readonly here: string;
  private readonly namespace: pulumi.Output<string>;

  constructor(
    private readonly prefix: string,
    private readonly args: DemoArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:demo:Demo", prefix, {}, opts);
    this.here = args.cluster.plan.name;
    const namespace = args.namespaces.get(this.here);
    if (!namespace) throw new Error(`the demo has no namespace on ${this.here}`);
    this.namespace = namespace;

    const instances = args.plan.instances.filter(({ cluster }) => cluster === this.here);
    const replica = args.plan.replicas.find(({ cluster }) => cluster === this.here);
    const secret = this.redisSecret(instances, replica);
    for (const instance of instances) this.runService(instance, secret);
    if (replica) this.deploy(redisCart, redisPod(args.plan.membership.pods, replica.service), secret);
    for (const exported of args.plan.exports) this.export(exported);
    this.makeObjects(args.plan.protection);
    this.address = this.frontDoor();
    this.registerOutputs({ address: this.address });
  }

  private get child() {
    return { parent: this, provider: this.args.cluster.provider };
  }

  /** The Secret of whatever holds or calls a Redis here, if anything does. */
  private redisSecret(instances: readonly ServiceInstance[], replica: Replica | undefined): pulumi.Resource[] {
    if (!replica && !instances.some(({ service }) => usesRedis(service))) return [];
    const { namespace } = this;
    const args = { namespace, password: this.args.redisPassword, primary: replica?.primaryHost };
    return [redisSecret(`${this.prefix}-redis`, args, this.child)];
  }

  private runService(instance: ServiceInstance, redis: readonly pulumi.Resource[]): void {
    const membership = this.args.plan.membership.pods;
    const { service } = instance;
    const { name, port, targetPort = port, protocol: portName } = service;
    const pod = name === redisCart ? redisPod(membership, service) : instancePod(instance, membership);
    this.deploy(name, pod, usesRedis(service) ? redis : []);
    if (port === undefined || targetPort === undefined) return;
    const exported = this.args.plan.exports.find((each) => each.name === name);
    this.serve({ service: name, port, targetPort, portName, exported });
  }

  /** The pods come when whatever puts them into the mesh is there, and go before it does. */
  private deploy(name: string, spec: k8s.types.input.apps.v1.DeploymentSpec, after: readonly pulumi.Resource[]): void {
    const { ready, cluster } = this.args;
    const own = account(`${this.prefix}-${name}`, { account: name, namespace: this.namespace }, this.child);
    new k8s.apps.v1.Deployment(
      `${this.prefix}-${name}`,
      { metadata: { name, namespace: this.namespace, labels: partOf }, spec: this.withRoots(spec) },
      { ...this.child, dependsOn: [own, ...after, ...ready, ...cluster.nodes] },
    );
  }

  /** Where pods learn of other roots only so, they start anew with them. */
  private withRoots(spec: k8s.types.input.apps.v1.DeploymentSpec): k8s.types.input.apps.v1.DeploymentSpec {
    const { plan, roots } = this.args;
    if (!plan.rootsAtStart) return spec;
    const { template } = spec as { readonly template: k8s.types.input.core.v1.PodTemplateSpec };
    const { annotations, ...metadata } = template.metadata as k8s.types.input.meta.v1.ObjectMeta;
    const marked = { ...metadata, annotations: { ...annotations, [rootsAnnotation]: roots } };
    return { ...spec, template: { ...template, metadata: marked } };
  }

  private serve(args: Omit<ServiceArgs, "namespace">): void {
    serviceOf(
      `${this.prefix}-${args.service}`,
      { ...args, namespace: this.namespace },
      args.exported ? { ...this.child, dependsOn: [...this.args.joins] } : this.child,
    );
  }

  private export(exported: PlannedExport): void {
    const { name: service, port, targetPort, portName, plan } = exported;
    if (plan.selectorless.includes(this.here)) {
      this.serve({ service, port, targetPort, portName, exported, selectorless: true });
    }
    this.makeObjects(plan.objects);
  }

  private makeObjects(objects: readonly ExportObject[]): void {
    const place = { cluster: this.here, namespace: this.namespace };
    backendObjects(this.prefix, objects, place, { ...this.child, dependsOn: [...this.args.ready] });
  }

  private frontDoor(): pulumi.Output<string> | undefined {
    const { cluster, natAddresses } = this.args;
    const { frontDoor: balancer } = cluster.plan;
    if (!balancer) return undefined;
    const { address } = new BalancerService(
      `${this.prefix}-${balancer.name}`,
      { balancer, cluster, namespace: this.namespace, natAddresses },
      { parent: this },
    );
    const [port] = balancer.ports.map((each) => calledPort(balancer, each));
    return port === 80 ? address : pulumi.interpolate`${address}:${port}`;
  }
}

function usesRedis({ name }: BoutiqueService): boolean {
  return name === redisCart || name === redisClient;
}
