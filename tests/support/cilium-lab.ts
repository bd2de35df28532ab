/** A lab with Cilium in memory: what the program and the chart make of it, as far as the checks look. */
import type { KubeObject } from "../../checks/kube/client";
import { agentConfig, peerConfig, remoteUsers } from "../../components/backends/cilium/mesh-config";
import { serviceDefinitions } from "../../components/backends/cilium/service-definitions";
import { corefile } from "../../components/cluster/corefile";
import { type Issued, intermediate, type LeafOptions, leaf, rootAuthority } from "./certificates";
import { type ClusterName, clusterNames, type FakeLab, fakeLab, type OfEach, peerOf } from "./checks";
import { secretObject } from "./kube";

const namespace = "kube-system";
const rbac = "rbac.authorization.k8s.io/v1";
const serverHost = "clustermesh-apiserver.kube-system.svc";

const gatewayOf = (name: ClusterName) => `${name}.elb.example`;

/** Root and intermediates, made once: nothing changes them. */
export interface Authorities {
  readonly root: Issued;
  readonly of: OfEach<Issued>;
}

export async function authorities(): Promise<Authorities> {
  const root = await rootAuthority();
  return {
    root,
    of: { cluster1: await intermediate(root, "cluster1"), cluster2: await intermediate(root, "cluster2") },
  };
}

/** Name of the Secret that holds a certificate of the mesh. */
export const meshSecretName = (what: string) => `clustermesh-apiserver-${what}-cert`;

/** A certificate as a Secret. */
export async function certificateSecret(
  { root }: Pick<Authorities, "root">,
  issuer: Issued,
  name: string,
  commonName: string,
  options: LeafOptions,
  now = new Date(),
): Promise<KubeObject> {
  const { key, certificate } = await leaf(issuer, commonName, options, now);
  return secretObject(namespace, name, {
    "tls.crt": `${certificate}${issuer.certificate}`,
    "tls.key": key,
    "ca.crt": root.certificate,
  });
}

/** Names of the server's certificate; left out are those in `but`. */
export function serverNames(name: ClusterName, but: readonly string[] = []): LeafOptions {
  const left = (all: string[]) => all.filter((each) => !but.includes(each));
  return {
    dnsNames: left([serverHost, "*.mesh.cilium.io", gatewayOf(name)]),
    ipAddresses: left(["127.0.0.1", "::1"]),
    uses: ["server_auth"],
  };
}

/** Names of the certificate that agents show to Hubble's relays. */
export function agentNames(name: string): LeafOptions {
  return { dnsNames: [`*.${name}.hubble-grpc.cilium.io`], uses: ["server_auth", "client_auth"] };
}

export async function ciliumLab(trust: Authorities): Promise<FakeLab> {
  return fakeLab(
    { backend: "cilium", trustAnchor: trust.root.certificate },
    { cluster1: await objectsOf("cluster1", trust), cluster2: await objectsOf("cluster2", trust) },
    (name) => ({ gateway: gatewayOf(name), mtu: { path: 8500, node: 9001, pod: 8373 } }),
  );
}

async function objectsOf(name: ClusterName, trust: Authorities): Promise<KubeObject[]> {
  const peer = peerOf(name);
  const number = clusterNames.indexOf(name) + 1;
  const map = (mapName: string, data: Readonly<Record<string, string>>): KubeObject => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: mapName, namespace },
    data,
  });
  const workload = (kind: string, workloadName: string, spec: object, status: object): KubeObject => ({
    apiVersion: "apps/v1",
    kind,
    metadata: { name: workloadName, namespace },
    spec,
    status,
  });
  const certificate = (secret: string, commonName: string, options: LeafOptions) =>
    certificateSecret(trust, trust.of[name], secret, commonName, options);
  const clients = ["admin", "local", "remote"].map((what) =>
    certificate(meshSecretName(what), `${what}-${name}`, { uses: ["client_auth"] }),
  );
  return [
    map("cilium-config", {
      "cluster-id": String(number),
      "cluster-name": name,
      mtu: "8500",
      ipam: "cluster-pool",
      "cluster-pool-ipv4-cidr": `10.10${number}.0.0/16`,
      "routing-mode": "tunnel",
      "tunnel-protocol": "vxlan",
      "enable-ipsec": "true",
      "enable-hubble": "true",
      "clustermesh-enable-mcs-api": "true",
    }),
    workload("DaemonSet", "cilium", {}, { desiredNumberScheduled: 2, numberAvailable: 2 }),
    workload("Deployment", "cilium-operator", { replicas: 1 }, { availableReplicas: 1 }),
    workload("Deployment", "clustermesh-apiserver", { replicas: 1 }, { availableReplicas: 1 }),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "clustermesh-apiserver", namespace },
      status: { loadBalancer: { ingress: [{ hostname: gatewayOf(name) }] } },
    },
    await certificate(meshSecretName("server"), serverHost, serverNames(name)),
    ...(await Promise.all(clients)),
    await certificate("hubble-server-certs", "agents", agentNames(name)),
    await certificate("hubble-relay-client-certs", "relay", { uses: ["client_auth"] }),
    secretObject(namespace, "cilium-clustermesh", { [peer]: agentConfig("root") }),
    secretObject(namespace, "cilium-kvstoremesh", { [peer]: peerConfig(gatewayOf(peer), "root") }),
    map("clustermesh-remote-users", { "users.yaml": remoteUsers([peer]) }),
    secretObject(namespace, "cilium-ipsec-keys", { keys: `3+ rfc4106(gcm(aes)) ${"ab".repeat(20)} 128` }),
    map("coredns", { Corefile: corefile([], "clusterset.local") ?? "" }),
    ...serviceDefinitions.map((each): KubeObject => ({ ...structuredClone(each), ...definition(each.metadata.name) })),
    {
      apiVersion: rbac,
      kind: "ClusterRole",
      metadata: { name: "coredns-mcsapi" },
      rules: [{ apiGroups: ["multicluster.x-k8s.io"], resources: ["serviceimports"], verbs: ["list", "watch"] }],
    },
    {
      apiVersion: rbac,
      kind: "ClusterRoleBinding",
      metadata: { name: "coredns-mcsapi" },
      roleRef: { kind: "ClusterRole", name: "coredns-mcsapi" },
      subjects: [{ kind: "ServiceAccount", name: "coredns", namespace }],
    },
  ];
}

const definition = (name: string) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name },
});
