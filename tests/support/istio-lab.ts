/** A lab with Istio in memory: what the program and the charts make of it, as far as the checks look. */
import type { KubeObject } from "../../checks/kube/client";
import {
  crossNetworkPort,
  gatewayName,
  istioNamespace as namespace,
  networkOf,
  sharedNetwork,
} from "../../components/backends/common/istio/names";
import { discoveryBalancer, remoteDiscovery } from "../../components/backends/istio/names";
import { type Issued, intermediate, rootAuthority } from "./certificates";
import { type ClusterName, clusterNames, type FakeLab, fakeLab, type OfEach, peerOf } from "./checks";
import { secretObject } from "./kube";
import { PeerServer } from "./peer-server";

const gatewayOf = (name: ClusterName) => `${name}.elb.example`;
const mtu = { path: 8500, node: 9001, pod: 8500 };

/** Certificates and API servers, made once: a breakage changes what they may, and `istioLab` puts it right again. */
export interface IstioSetting {
  readonly root: Issued;
  readonly authorities: OfEach<Issued>;
  readonly api: OfEach<PeerServer>;
}

export async function istioSetting(): Promise<IstioSetting> {
  const root = await rootAuthority();
  return {
    root,
    authorities: { cluster1: await intermediate(root, "cluster1"), cluster2: await intermediate(root, "cluster2") },
    api: { cluster1: await PeerServer.start(), cluster2: await PeerServer.start() },
  };
}

/** A lab in one of the models; what is said of it is what the program would say. */
interface Model {
  /** Whether the second cluster's proxies go by the istiod of the first. */
  readonly remote?: boolean;
  /** Whether pods reach each other. */
  readonly single?: boolean;
}

export async function istioLab(setting: IstioSetting, model: Model = {}): Promise<FakeLab> {
  for (const name of clusterNames) setting.api[name].rights = PeerServer.soundRights();
  return fakeLab(
    { backend: "istio", trustAnchor: setting.root.certificate },
    { cluster1: objectsOf("cluster1", setting, model), cluster2: objectsOf("cluster2", setting, model) },
    (name) => ({
      endpoint: setting.api[name].endpoint,
      mtu,
      ...(model.single ? {} : { gateway: gatewayOf(name) }),
      ...(model.remote && name === "cluster2" ? { controlledFrom: "cluster1" } : {}),
    }),
  );
}

function objectsOf(name: ClusterName, { root, authorities, api }: IstioSetting, model: Model): KubeObject[] {
  const { key, certificate } = authorities[name];
  const peer = peerOf(name);
  const networkLabels = { "topology.istio.io/network": model.single ? sharedNetwork : networkOf(name) };
  const isRemote = model.remote && name === "cluster2";
  return [
    {
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name: "aws-node", namespace: "kube-system" },
      spec: withEnv({ AWS_VPC_ENI_MTU: String(mtu.node), POD_MTU: String(mtu.pod) }),
    },
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels: networkLabels } },
    secretObject(namespace, "cacerts", {
      "ca-cert.pem": certificate,
      "ca-key.pem": key,
      "root-cert.pem": root.certificate,
      "cert-chain.pem": `${certificate}${root.certificate}`,
    }),
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "istiod", namespace },
      spec: withEnv({ CLUSTER_ID: name }),
    },
    ...(model.remote ? [discoveryService(isRemote)] : []),
    ...(isRemote ? [] : [secretObject(namespace, `istio-remote-secret-${peer}`, { [peer]: api[peer].kubeconfig() })]),
    ...(model.single ? [] : gatewayObjects(name, networkLabels, isRemote)),
  ];
}

/** The primary's load balancer, or the name that stands for it. */
function discoveryService(isRemote: boolean | undefined): KubeObject {
  const address = "istiod.elb.example";
  return {
    apiVersion: "v1",
    kind: "Service",
    ...(isRemote
      ? { metadata: { name: remoteDiscovery, namespace }, spec: { type: "ExternalName", externalName: address } }
      : {
          metadata: { name: discoveryBalancer, namespace },
          status: { loadBalancer: { ingress: [{ hostname: address }] } },
        }),
  };
}

function gatewayObjects(name: ClusterName, networkLabels: Record<string, string>, isRemote = false): KubeObject[] {
  const exposing: KubeObject[] = [
    {
      apiVersion: "networking.istio.io/v1",
      kind: "Gateway",
      metadata: { name: "cross-network-gateway", namespace },
      spec: {
        servers: [{ port: { number: crossNetworkPort }, tls: { mode: "AUTO_PASSTHROUGH" }, hosts: ["*.local"] }],
      },
    },
  ];
  return [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: gatewayName, namespace, labels: networkLabels },
      status: { loadBalancer: { ingress: [{ hostname: gatewayOf(name) }] } },
    },
    ...(isRemote ? [] : exposing),
  ];
}

/** A workload whose container has this environment. */
export function withEnv(env: Readonly<Record<string, string>>): object {
  const list = Object.entries(env).map(([name, value]) => ({ name, value }));
  return { template: { spec: { containers: [{ env: list }] } } };
}
