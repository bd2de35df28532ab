import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { BalancerService } from "../cluster/balancer-service";
import type { Cluster } from "../cluster/cluster";
import type { NatAddresses } from "../network/ingress-rules";
import type { Network } from "../network/network";
import type { PlannedExport } from "../plan/exports";
import { boutique, redisCart, redisPort } from "./boutique";
import { serviceOf, sharedObjects } from "./export-objects";
import { account, instancePod } from "./instance";
import type { DemoPlan, ServiceInstance } from "./plan";
import { partOf } from "./pods";
import { redisPod, redisSecret } from "./redis";
import { replicaName } from "./workload";

export interface DemoArgs {
  readonly plan: DemoPlan;
  readonly cluster: Cluster;
  /** Of the backend: pods that take part wait for these, and so do objects of its kinds. */
  readonly ready: readonly pulumi.Resource[];
  readonly network: Network;
  /** Name of its namespace by cluster, known when it is there. */
  readonly namespaces: ReadonlyMap<string, pulumi.Output<string>>;
  readonly natAddresses: NatAddresses;
  /** Outlives the Services that are shared. */
  readonly joins: readonly pulumi.Resource[];
  /** Secret. */
  readonly redisPassword: pulumi.Output<string>;
}

/** The demo's part on one cluster. */
export class Demo extends pulumi.ComponentResource {
  /** Where people come in, on the cluster with the frontend. */
  public readonly address: pulumi.Output<string> | undefined;
  private readonly child: pulumi.CustomResourceOptions;
  private readonly namespace: pulumi.Output<string>;

  constructor(
    private readonly prefix: string,
    private readonly args: DemoArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:demo:Demo", prefix, {}, opts);
    const { plan, cluster, network, namespaces, natAddresses } = args;
    const here = cluster.plan.name;
    this.child = { parent: this, provider: cluster.provider };
    const namespace = namespaces.get(here);
    if (!namespace) throw new Error(`the demo has no namespace on ${here}`);
    this.namespace = namespace;

    const instances = plan.instances.filter((instance) => instance.cluster === here);
    const replica = plan.replicas.find((each) => each.cluster === here);
    const usesRedis = replica || instances.some(({ service }) => [redisCart, redisClient].includes(service.name));
    const secret = usesRedis
      ? redisSecret(
          `${prefix}-redis`,
          { namespace, password: args.redisPassword, primary: replica?.primaryHost },
          this.child,
        )
      : undefined;
    for (const instance of instances) this.run(instance, secret);
    if (replica) {
      const pod = redisPod(replicaName, args.plan.membership.pods, redisOf(), replica.primaryHost);
      this.deploy(replicaName, pod, [...(secret ? [secret] : [])]);
      this.serve(replicaName, redisPort, redisPort, "tcp", undefined, false);
    }
    for (const exported of plan.exports) this.export(exported);

    const { frontDoor } = cluster.plan;
    if (frontDoor) {
      const door = new BalancerService(
        `${prefix}-${frontDoor.name}`,
        { balancer: frontDoor, cluster, network, namespace, natAddresses },
        { parent: this },
      );
      this.address = door.address;
    }
    this.registerOutputs({ address: this.address });
  }

  private run(instance: ServiceInstance, secret: pulumi.Resource | undefined): void {
    const membership = this.args.plan.membership.pods;
    const { service } = instance;
    const { name, port, targetPort = port, protocol } = service;
    const pod = name === redisCart ? redisPod(name, membership, service, "primary") : instancePod(instance, membership);
    this.deploy(name, pod, name === redisCart || name === redisClient ? [...(secret ? [secret] : [])] : []);
    if (port === undefined || targetPort === undefined) return;
    const exported = this.args.plan.exports.find((each) => each.name === name);
    this.serve(name, port, targetPort, protocol, exported, false);
  }

  /** The pods come when whatever puts them into the mesh is there, and go before it does. */
  private deploy(name: string, spec: k8s.types.input.apps.v1.DeploymentSpec, after: pulumi.Resource[]): void {
    const { ready, cluster } = this.args;
    const own = account(`${this.prefix}-${name}`, { account: name, namespace: this.namespace }, this.child);
    new k8s.apps.v1.Deployment(
      `${this.prefix}-${name}`,
      { metadata: { name, namespace: this.namespace, labels: partOf }, spec },
      { ...this.child, dependsOn: [own, ...after, ...ready, ...cluster.nodes] },
    );
  }

  private serve(
    service: string,
    port: number,
    targetPort: number,
    portName: string,
    exported: PlannedExport | undefined,
    selectorless: boolean,
  ): void {
    serviceOf(
      `${this.prefix}-${service}`,
      { service, port, targetPort, portName, exported, selectorless, namespace: this.namespace },
      exported ? { ...this.child, dependsOn: [...this.args.joins] } : this.child,
    );
  }

  private export(exported: PlannedExport): void {
    const cluster = this.args.cluster.plan.name;
    const { name, port, targetPort, portName } = exported;
    if (exported.plan.selectorless.includes(cluster)) this.serve(name, port, targetPort, portName, exported, true);
    sharedObjects(
      `${this.prefix}-${name}`,
      exported,
      { cluster, namespace: this.namespace },
      { ...this.child, dependsOn: [...this.args.ready] },
    );
  }
}

/** The service that keeps its data in Redis. */
const redisClient = "cartservice";

function redisOf() {
  const found = boutique.find(({ name }) => name === redisCart);
  if (!found) throw new Error("the demo has no Redis");
  return found;
}
