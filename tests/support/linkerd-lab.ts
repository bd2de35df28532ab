/** A lab with Linkerd in memory: what the program and the charts make of it, as far as the checks look. */

import type { KubeObject } from "../../checks/kube/client";
import {
  balancerName,
  controlNamespace,
  credentialsSecret,
  credentialsType,
  destinationMetadata,
  gatewayIdentity,
  issuerName,
  issuerSecret,
  multiclusterNamespace,
} from "../../components/backends/linkerd/names";
import type { DemoDescription } from "../../components/lab/description";
import { type Issued, intermediate, rootAuthority } from "./certificates";
import { type ClusterName, clusterNames, type FakeLab, fakeLab, type OfEach, peerOf } from "./checks";
import { secretObject } from "./kube";
import { PeerServer } from "./peer-server";

/** What of the demo the checks of the backend look at: what each cluster exports. */
const demo = {
  exports: [
    { name: "redis-cart", namespace: "boutique", from: ["cluster1"] },
    { name: "checkoutservice", namespace: "boutique", from: ["cluster2"] },
    { name: "productcatalogservice", namespace: "boutique", from: ["cluster1", "cluster2"] },
  ],
} as unknown as DemoDescription;

const mirrored = (name: string) => ({
  controllerName: "linkerd.io/service-mirror",
  remoteRef: { kind: "Service", namespace: "boutique", name },
  conditions: [{ type: "Mirrored", status: "True", reason: "Mirrored", message: "" }],
});

const gatewayOf = (name: ClusterName) => `${name}.elb.example`;

/** Certificates and API servers, made once: a mistake changes what they may, and `linkerdLab` puts it right again. */
export interface LinkerdSetting {
  readonly root: Issued;
  readonly issuers: OfEach<Issued>;
  readonly api: OfEach<PeerServer>;
}

export async function linkerdSetting(): Promise<LinkerdSetting> {
  const root = await rootAuthority();
  const issuer = (name: ClusterName) => intermediate(root, issuerName, { organizationalUnit: name });
  return {
    root,
    issuers: { cluster1: await issuer("cluster1"), cluster2: await issuer("cluster2") },
    api: { cluster1: await PeerServer.start(), cluster2: await PeerServer.start() },
  };
}

export async function linkerdLab(setting: LinkerdSetting): Promise<FakeLab> {
  for (const name of clusterNames) setting.api[name].rights = PeerServer.soundRights();
  return fakeLab(
    { backend: "linkerd", trustAnchor: setting.root.certificate, demo },
    { cluster1: objectsOf("cluster1", setting), cluster2: objectsOf("cluster2", setting) },
    (name) => ({ endpoint: setting.api[name].endpoint, gateway: gatewayOf(name) }),
  );
}

function objectsOf(name: ClusterName, { root, issuers, api }: LinkerdSetting): KubeObject[] {
  const peer = peerOf(name);
  const { key, certificate } = issuers[name];
  const credentials = (namespace: string, marks: object): KubeObject => {
    const kubeconfig = api[peer].kubeconfig();
    const { metadata, ...secret } = secretObject(namespace, credentialsSecret(peer, "read"), { kubeconfig });
    return { ...secret, type: credentialsType, metadata: { ...metadata, ...marks } } as KubeObject;
  };
  return [
    {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: {
        name: "httproutes.gateway.networking.k8s.io",
        annotations: { "gateway.networking.k8s.io/bundle-version": "v1.2.1" },
      },
      status: { conditions: [{ type: "Established", status: "True" }] },
    },
    secretObject(controlNamespace, issuerSecret, {
      "tls.crt": certificate,
      "tls.key": key,
      "ca.crt": root.certificate,
    }),
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "linkerd-identity-trust-roots", namespace: controlNamespace },
      data: { "ca-bundle.crt": root.certificate },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: balancerName, namespace: multiclusterNamespace },
      spec: { ports: [{ port: 4143 }, { port: 4191 }] },
      status: { loadBalancer: { ingress: [{ hostname: gatewayOf(name) }] } },
    },
    credentials(multiclusterNamespace, {}),
    credentials(controlNamespace, destinationMetadata(peer)),
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: `controller-${peer}`, namespace: multiclusterNamespace },
    },
    {
      apiVersion: "multicluster.linkerd.io/v1alpha3",
      kind: "Link",
      metadata: { name: peer, namespace: multiclusterNamespace },
      spec: {
        targetClusterName: peer,
        clusterCredentialsSecret: credentialsSecret(peer, "read"),
        gatewayAddress: gatewayOf(peer),
        gatewayPort: "4143",
        gatewayIdentity,
        probeSpec: { port: "4191" },
      },
      status: {
        mirrorServices: [mirrored(name === "cluster1" ? "checkoutservice" : "redis-cart")],
        federatedServices: [mirrored("productcatalogservice")],
      },
    },
  ];
}
