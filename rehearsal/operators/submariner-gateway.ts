/** What gateways do, as far as it can be seen without packets. */
import { field, type Kube, type KubeObject, refOf } from "../aws/cluster/kube";
import type { Peers } from "./peers";
import { brokerOf, keyDigest } from "./submariner-broker";
import { shareNothing } from "./submariner-lighthouse";
import type { SubmarinerSpec } from "./submariner-parts";
import { put } from "./workloads";

const namespace = "submariner-operator";
const api = "submariner.io/v1";

interface EndpointSpec {
  readonly cluster_id: string;
  readonly cable_name: string;
  readonly hostname: string;
  readonly backend: string;
  readonly private_ip: string;
  readonly public_ip: string;
  readonly nat_enabled: boolean;
  readonly subnets: readonly string[];
  /** The ground's own entry: by it a tunnel shows that both ends have the same key, which no real gateway gives away. */
  readonly backend_config: { readonly "rehearsal-key": string };
}

/**
 * The active gateway enters its cluster and itself at the broker, and reports a connection to every peer that is entered
 * there with the same kind of cable and the same key.
 *
 * @returns the gateways' status, for the Submariner resource
 */
export async function signOn(kube: Kube, spec: SubmarinerSpec, brokers: Peers): Promise<unknown[]> {
  const broker = await brokerOf(kube, spec, brokers);
  const key = await keyDigest(kube, spec);
  if (!broker || !key) return [];
  const endpoints = (await gatewayNodes(kube)).map((node) => endpointOf(node, spec, key));
  const [active] = endpoints;
  if (!active) return [];
  await enter(broker, spec, active);
  const peers = await peersAt(broker, spec);
  for (const each of [...peers, active]) await put(kube, object("Endpoint", each.cable_name, namespace, each));
  const connections = peers.map((peer) => connection(peer, spec, key));
  await routeFromNodes(kube, connections, active, spec);
  const statuses = endpoints.map((endpoint) => ({
    version: spec.version,
    haStatus: endpoint === active ? "active" : "passive",
    statusFailure: "",
    localEndpoint: endpoint,
    connections: endpoint === active ? connections : [],
  }));
  for (const status of statuses) {
    const metadata = { name: status.localEndpoint.hostname, namespace };
    await put(kube, { apiVersion: api, kind: "Gateway", metadata, status });
  }
  return statuses;
}

/**
 * Takes the cluster out of the broker. Fails as long as it cannot be reached, or refuses.
 *
 * @returns false when the credentials for it are gone
 */
export async function signOff(kube: Kube, spec: SubmarinerSpec, brokers: Peers): Promise<boolean> {
  const broker = await brokerOf(kube, spec, brokers);
  if (!broker) return false;
  await shareNothing(spec, broker);
  const within = spec.brokerK8sRemoteNamespace;
  for (const endpoint of await broker.list(api, "Endpoint", { namespace: within })) {
    if (field<EndpointSpec>(endpoint, "spec").cluster_id !== spec.clusterID) continue;
    await broker.delete({ apiVersion: api, kind: "Endpoint", namespace: within, name: endpoint.metadata.name });
  }
  await broker.delete({ apiVersion: api, kind: "Cluster", namespace: within, name: spec.clusterID });
  for (const kind of ["Endpoint", "Gateway", "RouteAgent"]) {
    for (const each of await kube.list(api, kind, { namespace })) await kube.delete(refOf(each));
  }
  return true;
}

/** Writes the cluster and its endpoint into the broker. */
async function enter(broker: Kube, spec: SubmarinerSpec, endpoint: EndpointSpec): Promise<void> {
  const { clusterID, clusterCIDR, serviceCIDR, globalCIDR, colorCodes } = spec;
  const within = spec.brokerK8sRemoteNamespace;
  const cluster = {
    cluster_id: clusterID,
    color_codes: [colorCodes],
    cluster_cidr: [clusterCIDR],
    service_cidr: [serviceCIDR],
    global_cidr: globalCIDR ? [globalCIDR] : [],
  };
  await put(broker, object("Cluster", clusterID, within, cluster));
  await put(broker, object("Endpoint", endpoint.cable_name, within, endpoint));
}

/** Endpoints of all other clusters that are entered in the broker. */
async function peersAt(broker: Kube, spec: SubmarinerSpec): Promise<EndpointSpec[]> {
  const entered = await broker.list(api, "Endpoint", { namespace: spec.brokerK8sRemoteNamespace });
  const endpoints = entered.map((found) => field<EndpointSpec>(found, "spec") as EndpointSpec);
  return endpoints.filter(({ cluster_id }) => cluster_id !== spec.clusterID);
}

function connection(peer: EndpointSpec, spec: SubmarinerSpec, key: string) {
  const obstacle = [
    peer.backend !== spec.cableDriver && `the peer's cable is ${peer.backend}`,
    peer.backend_config["rehearsal-key"] !== key && "the peer has another key",
  ].find((problem) => typeof problem === "string");
  return {
    status: obstacle ? "error" : "connected",
    statusMessage: obstacle ?? "",
    endpoint: peer,
  };
}

function endpointOf(node: KubeObject, spec: SubmarinerSpec, key: string): EndpointSpec {
  const { addresses = [] } = field<{ addresses: { type: string; address: string }[] }>(node, "status");
  const address = addresses.find(({ type }) => type === "InternalIP")?.address ?? "";
  return {
    cluster_id: spec.clusterID,
    cable_name: `submariner-cable-${spec.clusterID}-${address.replaceAll(".", "-")}`,
    hostname: node.metadata.name,
    backend: spec.cableDriver,
    private_ip: address,
    public_ip: publicAddress(addresses, spec),
    nat_enabled: spec.natEnabled,
    subnets: spec.globalCIDR ? [spec.globalCIDR] : [spec.serviceCIDR, spec.clusterCIDR],
    backend_config: { "rehearsal-key": key },
  };
}

/**
 * What a server on the internet would answer that is asked for the gateway's address: that of its NAT gateway, or its own.
 * Without access to the internet nobody is asked (submariner, pkg/endpoint/public_ip.go).
 */
function publicAddress(
  addresses: readonly { readonly type: string; readonly address: string }[],
  { airGappedDeployment }: SubmarinerSpec,
): string {
  if (airGappedDeployment) return "";
  return addresses.find(({ type }) => type === "ExternalIP")?.address ?? "192.0.2.1";
}

/** Every node says what it reaches; a gateway does not ask itself (submariner, routeagent_driver/handlers/healthchecker). */
async function routeFromNodes(
  kube: Kube,
  connections: readonly ReturnType<typeof connection>[],
  active: EndpointSpec,
  { version }: SubmarinerSpec,
): Promise<void> {
  for (const name of await nodesWith(kube, "app=submariner-routeagent")) {
    const gateway = name === active.hostname;
    const remoteEndpoints = connections.map(({ status, statusMessage, endpoint }) => ({
      status: gateway ? "none" : status,
      statusMessage: gateway ? "Health check is not performed on gateway nodes" : statusMessage,
      spec: endpoint,
    }));
    const status = { version, statusFailure: "", remoteEndpoints };
    await put(kube, { apiVersion: api, kind: "RouteAgent", metadata: { name, namespace }, status });
  }
}

/** Nodes with a gateway's pod that runs, in a lasting order: the first one's is active. */
async function gatewayNodes(kube: Kube): Promise<KubeObject[]> {
  const names = await nodesWith(kube, "app=submariner-gateway");
  const nodes = await kube.list("v1", "Node");
  return nodes
    .filter(({ metadata }) => names.has(metadata.name))
    .sort((a, b) => a.metadata.name.localeCompare(b.metadata.name));
}

/** Names of nodes on which a pod of these labels runs. */
async function nodesWith(kube: Kube, labelSelector: string): Promise<ReadonlySet<string>> {
  const pods = await kube.list("v1", "Pod", { namespace, labelSelector });
  const running = pods.filter((pod) => field<{ phase: string }>(pod, "status").phase === "Running");
  return new Set(running.flatMap((pod) => field<{ nodeName: string }>(pod, "spec").nodeName ?? []));
}

function object(kind: string, name: string, within: string, spec: object): KubeObject {
  return { apiVersion: api, kind, metadata: { name, namespace: within }, spec };
}
