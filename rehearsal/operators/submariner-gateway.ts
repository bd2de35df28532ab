import { createHash } from "node:crypto";
import { KubeClient, type KubeObject } from "../../checks/kube/client";
import { field, type Kube } from "../aws/cluster/controller";
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
 * What gateways do, as far as it can be seen without packets: the active one enters its cluster and itself at the broker,
 * and reports a connection to every peer that is entered there with the same kind of cable and the same key.
 *
 * @returns the gateways' status, for the Submariner resource
 */
export async function signOn(kube: Kube, spec: SubmarinerSpec): Promise<unknown[]> {
  const credentials = await credentialsOf(kube, spec);
  const digest = await keyDigest(kube, spec);
  const nodes = await gatewayNodes(kube);
  if (!credentials || !digest || nodes.length === 0) return [];
  const broker = connect(spec, credentials);
  const within = spec.brokerK8sRemoteNamespace;
  const [active] = nodes;
  const local = nodes.map((node) => endpointOf(node, spec, digest));
  const { clusterID, clusterCIDR, serviceCIDR, globalCIDR } = spec;
  const cidrs = {
    cluster_cidr: [clusterCIDR],
    service_cidr: [serviceCIDR],
    global_cidr: globalCIDR ? [globalCIDR] : [],
  };
  const own = local.slice(0, 1);
  await put(
    broker,
    object("Cluster", clusterID, within, { cluster_id: clusterID, color_codes: [spec.colorCodes], ...cidrs }),
  );
  for (const endpoint of own) await put(broker, object("Endpoint", endpoint.cable_name, within, endpoint));
  const entered = (await broker.list(api, "Endpoint", { namespace: within })).map(
    (found) => field<EndpointSpec>(found, "spec") as EndpointSpec,
  );
  const peers = entered.filter(({ cluster_id }) => cluster_id !== clusterID);
  const statuses = nodes.map((node, index) => ({
    version: spec.version,
    haStatus: node === active ? "active" : "passive",
    statusFailure: "",
    localEndpoint: local[index],
    connections: node === active ? peers.map((peer) => connection(peer, spec, digest)) : [],
  }));
  for (const peer of [...peers, ...own]) await put(kube, object("Endpoint", peer.cable_name, namespace, peer));
  for (const [index, node] of nodes.entries()) {
    const metadata = { name: node.metadata.name, namespace };
    await put(kube, { apiVersion: api, kind: "Gateway", metadata, status: statuses[index] });
  }
  return statuses;
}

/**
 * Takes the cluster out of the broker. Fails as long as it cannot be reached, or refuses.
 *
 * @returns false when the credentials for it are gone
 */
export async function signOff(kube: Kube, spec: SubmarinerSpec): Promise<boolean> {
  const credentials = await credentialsOf(kube, spec);
  if (!credentials) return false;
  const broker = connect(spec, credentials);
  const within = spec.brokerK8sRemoteNamespace;
  for (const { metadata, ...rest } of await broker.list(api, "Endpoint", { namespace: within })) {
    if (field<EndpointSpec>({ metadata, ...rest }, "spec").cluster_id !== spec.clusterID) continue;
    await broker.delete({ apiVersion: api, kind: "Endpoint", namespace: within, name: metadata.name });
  }
  await broker.delete({ apiVersion: api, kind: "Cluster", namespace: within, name: spec.clusterID });
  for (const kind of ["Endpoint", "Gateway"]) {
    for (const { metadata } of await kube.list(api, kind, { namespace })) {
      await kube.delete({ apiVersion: api, kind, namespace, name: metadata.name });
    }
  }
  return true;
}

function connection(peer: EndpointSpec, spec: SubmarinerSpec, digest: string) {
  const obstacle = [
    peer.backend !== spec.cableDriver && `the peer's cable is ${peer.backend}`,
    peer.backend_config["rehearsal-key"] !== digest && "the peer has another key",
  ].find((problem) => typeof problem === "string");
  return {
    status: obstacle ? "error" : "connected",
    statusMessage: obstacle ?? "",
    endpoint: peer,
  };
}

function endpointOf(node: KubeObject, spec: SubmarinerSpec, digest: string): EndpointSpec {
  const { addresses = [] } = field<{ addresses: { type: string; address: string }[] }>(node, "status");
  const address = addresses.find(({ type }) => type === "InternalIP")?.address ?? "";
  return {
    cluster_id: spec.clusterID,
    cable_name: `submariner-cable-${spec.clusterID}-${address.replaceAll(".", "-")}`,
    hostname: node.metadata.name,
    backend: spec.cableDriver,
    private_ip: address,
    // The real one asks a server on the internet.
    public_ip: "",
    nat_enabled: spec.natEnabled,
    subnets: spec.globalCIDR ? [spec.globalCIDR] : [spec.serviceCIDR, spec.clusterCIDR],
    backend_config: { "rehearsal-key": digest },
  };
}

/** Nodes with a gateway's pod that runs, in a lasting order. */
async function gatewayNodes(kube: Kube): Promise<KubeObject[]> {
  const pods = await kube.list("v1", "Pod", { namespace, labelSelector: "app=submariner-gateway" });
  const running = pods.filter((pod) => field<{ phase: string }>(pod, "status").phase === "Running");
  const names = new Set(running.map((pod) => field<{ nodeName: string }>(pod, "spec").nodeName));
  const nodes = await kube.list("v1", "Node");
  return nodes
    .filter(({ metadata }) => names.has(metadata.name))
    .sort((a, b) => a.metadata.name.localeCompare(b.metadata.name));
}

interface Credentials {
  readonly token: string;
  /** Base64 of PEM. */
  readonly authority: string;
}

async function credentialsOf(kube: Kube, spec: SubmarinerSpec): Promise<Credentials | undefined> {
  const { brokerK8sSecret, brokerK8sApiServerToken, brokerK8sCA } = spec;
  if (!brokerK8sSecret) {
    return brokerK8sApiServerToken ? { token: brokerK8sApiServerToken, authority: brokerK8sCA ?? "" } : undefined;
  }
  const secret = await kube.get({ apiVersion: "v1", kind: "Secret", namespace, name: brokerK8sSecret });
  const { token, "ca.crt": authority } = secret ? field<Record<string, string>>(secret, "data") : {};
  return token && authority ? { token: Buffer.from(token, "base64").toString(), authority } : undefined;
}

/** By what gateways know each other, so that it can be compared; undefined while it is not there. */
async function keyDigest(kube: Kube, spec: SubmarinerSpec): Promise<string | undefined> {
  const key = await keyOf(kube, spec);
  return key === undefined ? undefined : createHash("sha256").update(`rehearsal ${key}`).digest("hex").slice(0, 16);
}

/** Of the drivers libreswan alone reads the Secret, and vxlan knows no key (submariner, pkg/cable). */
async function keyOf(
  kube: Kube,
  { cableDriver, ceIPSecPSKSecret, ceIPSecPSK = "" }: SubmarinerSpec,
): Promise<string | undefined> {
  if (cableDriver === "vxlan") return "none";
  if (cableDriver === "wireguard" || !ceIPSecPSKSecret) return ceIPSecPSK;
  const secret = await kube.get({ apiVersion: "v1", kind: "Secret", namespace, name: ceIPSecPSKSecret });
  return secret && field<{ psk: string }>(secret, "data").psk;
}

/** Clients by their kubeconfig: each keeps its connections. */
const clients = new Map<string, KubeClient>();

/** The broker by its own CA and the member's token: what is wrong with either shows here. */
function connect({ brokerK8sApiServer }: SubmarinerSpec, { token, authority }: Credentials): KubeClient {
  const cluster = { server: `https://${brokerK8sApiServer}`, "certificate-authority-data": authority };
  const kubeconfig = JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "broker", cluster }],
    users: [{ name: "member", user: { token } }],
    contexts: [{ name: "broker", context: { cluster: "broker", user: "member" } }],
    "current-context": "broker",
  });
  const client = clients.get(kubeconfig) ?? new KubeClient(kubeconfig);
  clients.set(kubeconfig, client);
  return client;
}

function object(kind: string, name: string, within: string, spec: object): KubeObject {
  return { apiVersion: api, kind, metadata: { name, namespace: within }, spec };
}
