/** A lab in memory that lives: what runs pods makes others when one goes, and calls are answered as long as somebody is there. */
import { excludedLabel } from "../../checks/disrupt/zone";
import type { ExecResult, KubeObject, ObjectRef } from "../../checks/kube/client";
import { type ClusterName, clusterNames, type FakeLab, fakeLab, type OfEach, peerOf } from "./checks";
import { FakeKube } from "./kube";

const istio = "istio-system";
const stands = "lab-probes";
const gateway = { namespace: istio, name: "istio-eastwestgateway" };
const server = { namespace: stands, name: "probe-http" };

/** What a mistake changes. */
export interface Life {
  /** Deployments make a pod for one that is gone. */
  makesPods: boolean;
  /** Calls of a global Service are answered by peers when nobody else is there. */
  failsOver: boolean;
  /** A load balancer passes calls on to the nodes of all zones. */
  crossesZones: boolean;
  /** The primary's connection to the copy, as `client list` shows it; anew with each pod of the gateway. */
  link: (pod: string) => string;
}

/** A cluster whose Deployments work. */
export class LivingKube extends FakeKube {
  private made = 0;
  /** Requests to change something that are refused from now on. */
  refusing = 0;

  constructor(
    objects: readonly KubeObject[],
    private readonly life: Life,
  ) {
    super(objects);
  }

  podsOf(app: string): readonly KubeObject[] {
    return this.all("Pod").filter(({ metadata }) => metadata.labels?.app === app);
  }

  override async delete(ref: ObjectRef): Promise<void> {
    await super.delete(ref);
    this.settle();
  }

  override async mergePatch(ref: ObjectRef, patch: object): Promise<KubeObject> {
    if (this.refusing-- > 0) throw new Error("out of reach");
    const patched = await super.mergePatch(ref, patch);
    this.settle();
    return patched;
  }

  override async create(object: KubeObject): Promise<KubeObject> {
    const status = object.kind === "SelfSubjectAccessReview" ? { status: { allowed: this.allows(object) } } : {};
    return super.create({ ...object, ...status });
  }

  /** Whether somebody may do what is asked for. */
  allows: (review: KubeObject) => boolean = () => true;

  protected override shown(object: KubeObject): KubeObject {
    if (object.kind !== "Deployment") return object;
    return { ...object, status: { availableReplicas: this.podsOf(object.metadata.name).length } };
  }

  private settle(): void {
    for (const { metadata, spec } of this.all("Deployment")) {
      const { replicas } = spec as { replicas: number };
      const pods = this.podsOf(metadata.name);
      for (const { metadata: gone } of pods.slice(replicas)) this.remove("Pod", gone.name);
      const missing = this.life.makesPods ? replicas - pods.length : 0;
      for (let one = 0; one < missing; one++) this.add(podOf(metadata.name, metadata.namespace, `new-${this.made++}`));
    }
  }
}

function podOf(app: string, namespace: string | undefined, suffix = "1"): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `${app}-${suffix}`, uid: `${app}-${suffix}`, namespace: namespace ?? "default", labels: { app } },
    spec: { nodeName: "a" },
    status: { conditions: [{ type: "Ready", status: "True" }] },
  };
}

function deploymentOf({ name, namespace }: { name: string; namespace: string }): KubeObject {
  const spec = { replicas: 1, selector: { matchLabels: { app: name } } };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace }, spec };
}

const nodeIn = (name: string, zone: string, labels = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, labels: { "topology.kubernetes.io/zone": zone, ...labels } },
});

/** Two clusters with Istio's gateways, stand-ins, and Redis on the first, of which the second has a copy. */
export function disruptLab(): FakeLab & { readonly kube: OfEach<LivingKube>; readonly life: Life } {
  const life: Life = {
    makesPods: true,
    failsOver: true,
    crossesZones: true,
    link: () => "id=7 addr=10.2.0.9:6379 idle=1",
  };
  const grpcOf = (name: ClusterName) => ({ namespace: stands, name: `probe-grpc-${name}` });
  const objects = (name: ClusterName) => {
    const workloads = [gateway, server, grpcOf(name), { namespace: "boutique", name: "redis-cart" }];
    return [
      ...[nodeIn("a", "zone-a"), nodeIn("b", "zone-b"), nodeIn("c", "zone-a", { [excludedLabel]: "" })],
      ...workloads.flatMap((each) => [deploymentOf(each), podOf(each.name, each.namespace)]),
    ];
  };
  const kube = Object.fromEntries(
    clusterNames.map((name) => [name, new LivingKube(objects(name), life)]),
  ) as unknown as OfEach<LivingKube>;
  const probes = {
    namespace: stands,
    caller: { app: server.name, container: "server" },
    targets: [
      target("http", server.name, 80, clusterNames, clusterNames),
      ...clusterNames.map((on) => target("grpc", grpcOf(on).name, 8079, [peerOf(on)], [on])),
    ],
  };
  const demo = {
    namespace: "boutique",
    instances: [{ cluster: "cluster1", service: "redis-cart", addresses: {} }],
    replicas: [{ cluster: "cluster2", primaryHost: "redis-cart.boutique" }],
  } as unknown as NonNullable<FakeLab["lab"]["demo"]>;
  const fake = fakeLab({ backend: "istio", trustAnchor: "", demo, probes }, { cluster1: [], cluster2: [] }, (name) => ({
    kube: kube[name],
    gateway: `${name}.elb.example`,
  }));
  for (const name of clusterNames) kube[name].answering = answers(name, kube, life);
  return { ...fake, kube, life };
}

function target(
  protocol: "http" | "grpc",
  service: string,
  port: number,
  from: readonly string[],
  on: readonly string[],
) {
  return { service, protocol, host: `${service}.probes`, port, from, on };
}

/** How a command in a pod of the cluster ends. */
function answers(name: ClusterName, kube: OfEach<LivingKube>, life: Life) {
  const peer = kube[peerOf(name)];
  return (_pod: string, _container: string, command: readonly string[]): Partial<ExecResult> => {
    if (command.includes("list"))
      return { stdout: `${life.link(kube[name].podsOf(gateway.name)[0]?.metadata.name ?? "")}\n` };
    if (command.includes("ping")) return { stdout: entered(peer, life) ? "PONG" : "" };
    const isGrpc = command.includes("-grpc");
    const local = kube[name].podsOf(server.name).length > 0;
    const answered = isGrpc ? entered(peer, life) : local || (life.failsOver && entered(peer, life));
    return { stdout: JSON.stringify({ RetCodes: answered ? { [isGrpc ? "SERVING" : "200"]: 1 } : { "503": 1 } }) };
  };
}

/** Whether a peer's call comes in. */
function entered(kube: LivingKube, { crossesZones }: Life): boolean {
  const targets = kube.all("Node").filter(({ metadata }) => metadata.labels?.[excludedLabel] === undefined);
  return kube.podsOf(gateway.name).length > 0 && targets.length >= (crossesZones ? 1 : 2);
}
