/**
 * What Lighthouse's agent does: it enters exported Services at the broker, and takes back what all clusters together export
 * (lighthouse, pkg/agent/controller: agent.go, service_import.go, service_import_aggregator.go).
 */
import { field, type Kube, type KubeObject, refOf } from "../aws/cluster/kube";
import type { SubmarinerSpec } from "./submariner-parts";
import { put } from "./workloads";

const api = "multicluster.x-k8s.io/v1alpha1";
const sourceName = "multicluster.kubernetes.io/service-name";
const sourceNamespace = "lighthouse.submariner.io/sourceNamespace";

interface Port {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: string;
}

interface ImportStatus {
  readonly clusters: readonly { readonly cluster: string }[];
}

/** @param broker undefined when it cannot be reached: then nothing is said */
export async function shareServices(kube: Kube, spec: SubmarinerSpec, broker: Kube | undefined): Promise<void> {
  if (!broker) return;
  const exports = await kube.list(api, "ServiceExport");
  for (const each of exports) await exportService(kube, spec, broker, each);
  const entered = await broker.list(api, "ServiceImport", { namespace: spec.brokerK8sRemoteNamespace });
  const still = new Set(exports.map(({ metadata }) => brokerName(metadata.name, metadata.namespace ?? "")));
  for (const each of entered) if (!still.has(each.metadata.name)) await leave(broker, spec, each);
  await importServices(kube, spec, broker);
}

/** Takes the cluster out of all that it exported. */
export async function shareNothing(spec: SubmarinerSpec, broker: Kube): Promise<void> {
  const entered = await broker.list(api, "ServiceImport", { namespace: spec.brokerK8sRemoteNamespace });
  for (const each of entered) await leave(broker, spec, each);
}

const brokerName = (name: string, namespace: string) => `${name}-${namespace}`;

async function exportService(kube: Kube, spec: SubmarinerSpec, broker: Kube, exported: KubeObject): Promise<void> {
  const { name, namespace = "" } = exported.metadata;
  const service = await kube.get({ apiVersion: "v1", kind: "Service", namespace, name });
  if (!service) {
    const reason = { reason: "ServiceUnavailable", message: "Service to be exported doesn't exist" };
    return say(kube, exported, [{ type: "Valid", status: "False", ...reason }]);
  }
  const { ports = [] } = field<{ ports: Port[] }>(service, "spec");
  const conflict = await enter(broker, spec, { name, namespace }, ports);
  await say(kube, exported, [
    { type: "Valid", status: "True" },
    { type: "Ready", status: "True" },
    ...(conflict ? [{ type: "Conflict", status: "True", reason: "ConflictingPorts", message: conflict }] : []),
  ]);
}

/** @returns in what the Service differs from the one of the same name that another cluster exported before */
async function enter(
  broker: Kube,
  { clusterID, brokerK8sRemoteNamespace: within }: SubmarinerSpec,
  { name, namespace }: { readonly name: string; readonly namespace: string },
  ports: readonly Port[],
): Promise<string | undefined> {
  const ref = { apiVersion: api, kind: "ServiceImport", namespace: within, name: brokerName(name, namespace) };
  const before = await broker.get(ref);
  const own = ports.map(({ name: portName, port, protocol }) => ({ name: portName, port, protocol }));
  if (!before) {
    const annotations = { [sourceName]: name, [sourceNamespace]: namespace };
    const { apiVersion, kind } = ref;
    const metadata = { name: ref.name, namespace: within, annotations };
    await broker.create({ apiVersion, kind, metadata, spec: { type: "ClusterSetIP", ports: own } });
  }
  const { clusters = [] } = before ? field<ImportStatus>(before, "status") : {};
  if (!clusters.some(({ cluster }) => cluster === clusterID)) {
    const status = { clusters: [...clusters, { cluster: clusterID }] };
    await broker.mergePatch(ref, { status }, { subresource: "status" });
  }
  const { ports: theirs = own } = before ? field<{ ports: Port[] }>(before, "spec") : {};
  const differing = theirs.find((port) => own.some((each) => each.name === port.name && each.port !== port.port));
  return differing && `port ${differing.name} is ${differing.port} elsewhere`;
}

async function leave(broker: Kube, { clusterID }: SubmarinerSpec, entered: KubeObject): Promise<void> {
  const { clusters = [] } = field<ImportStatus>(entered, "status");
  const others = clusters.filter(({ cluster }) => cluster !== clusterID);
  if (others.length === clusters.length) return;
  if (others.length === 0) return broker.delete(refOf(entered));
  await broker.mergePatch(refOf(entered), { status: { clusters: others } }, { subresource: "status" });
}

/** Into the namespace of the Service, where there is one. */
async function importServices(kube: Kube, spec: SubmarinerSpec, broker: Kube): Promise<void> {
  const entered = await broker.list(api, "ServiceImport", { namespace: spec.brokerK8sRemoteNamespace });
  const wanted = new Set<string>();
  for (const each of entered) {
    const { [sourceName]: name = "", [sourceNamespace]: namespace = "" } = each.metadata.annotations ?? {};
    wanted.add(`${namespace}/${name}`);
    const home = await kube.get({ apiVersion: "v1", kind: "Namespace", name: namespace });
    if (!home || home.metadata.deletionTimestamp) continue;
    const metadata = { name, namespace };
    await put(kube, { apiVersion: api, kind: "ServiceImport", metadata, spec: each.spec });
    const ref = { apiVersion: api, kind: "ServiceImport", ...metadata };
    if (JSON.stringify((await kube.get(ref))?.status) !== JSON.stringify(each.status))
      await kube.mergePatch(ref, { status: each.status }, { subresource: "status" });
  }
  for (const { metadata, ...there } of await kube.list(api, "ServiceImport")) {
    // The broker's own are in its namespace.
    if (metadata.namespace === spec.brokerK8sRemoteNamespace || wanted.has(`${metadata.namespace}/${metadata.name}`))
      continue;
    await kube.delete(refOf({ ...there, metadata }));
  }
}

async function say(kube: Kube, exported: KubeObject, conditions: readonly object[]): Promise<void> {
  if (JSON.stringify(exported.status ?? {}) === JSON.stringify({ conditions })) return;
  await kube.mergePatch(refOf(exported), { status: { conditions } }, { subresource: "status" });
}
