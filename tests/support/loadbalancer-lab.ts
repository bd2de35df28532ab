/** Clusters that share Services by load balancers, in memory: redis-cart by TCP and frontend by HTTPS, both of cluster1. */
import type { KubeObject } from "../../checks/kube/client";
import { dnsNames, exportLabels, labName } from "../../components/backends/loadbalancer/exports";
import { type Issued, intermediate, type LeafOptions, leaf, rootAuthority } from "./certificates";
import { type ClusterName, type FakeLab, fakeLab } from "./checks";
import { secretObject } from "./kube";

const namespace = "boutique";
const owner = "cluster1";
const frontend = labName("frontend", owner);
const redis = labName("redis-cart", owner);
const rangeOf = (name: ClusterName) => (name === "cluster1" ? "10.1.0.0/16" : "10.2.0.0/16");

/** Root and the owner's intermediate, made once: nothing changes them. */
export interface Authorities {
  readonly root: Issued;
  readonly owner: Issued;
}

export async function authorities(): Promise<Authorities> {
  const root = await rootAuthority();
  return { root, owner: await intermediate(root, owner) };
}

export const frontendLeaf: LeafOptions = { dnsNames: dnsNames(frontend, namespace), uses: ["server_auth"] };

/** The Secret at the owner's Ingress. */
export async function ingressSecret(issuer: Issued, options = frontendLeaf, now = new Date()): Promise<KubeObject> {
  const { key, certificate } = await leaf(issuer, frontend, options, now);
  return secretObject(namespace, `${frontend}-tls`, {
    "tls.crt": `${certificate}${issuer.certificate}`,
    "tls.key": key,
  });
}

export async function loadBalancerLab(trust: Authorities): Promise<FakeLab> {
  return fakeLab(
    { backend: "loadbalancer", trustAnchor: trust.root.certificate },
    {
      cluster1: [...ownerObjects(), await ingressSecret(trust.owner)],
      cluster2: [alias(redis, "tcp", balancerAddress(redis)), alias(frontend, "https", balancerAddress("https-entry"))],
    },
    (name) => ({ egressCidr: rangeOf(name) }),
  );
}

const balancerAddress = (name: string) => `${name}.elb.example`;

function ownerObjects(): KubeObject[] {
  const hosts = dnsNames(frontend, namespace);
  return [
    balancer(redis, namespace, exportLabels(owner, { way: "tcp" })),
    balancer("https-entry", "https-entry", {}),
    alias(frontend, "https", "https-entry.https-entry.svc.cluster.local"),
    { apiVersion: "networking.k8s.io/v1", kind: "IngressClass", metadata: { name: "https-entry" } },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: frontend, namespace },
      spec: {
        ingressClassName: "https-entry",
        tls: [{ hosts, secretName: `${frontend}-tls` }],
        rules: hosts.map((host) => ({ host })),
      },
    },
  ];
}

function balancer(name: string, within: string, labels: Readonly<Record<string, string>>): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: within, labels: { ...labels } },
    spec: { type: "LoadBalancer", loadBalancerSourceRanges: [rangeOf("cluster2")] },
    status: { loadBalancer: { ingress: [{ hostname: balancerAddress(name) }] } },
  };
}

function alias(name: string, way: "tcp" | "https", externalName: string): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace, labels: exportLabels(owner, { way }) },
    spec: { type: "ExternalName", externalName },
  };
}
