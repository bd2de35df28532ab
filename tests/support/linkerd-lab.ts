/** A lab with Linkerd in memory: what the program and the charts make of it, as far as the checks look. */
import type { LiveCluster } from "../../checks/common/check";
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
import { FakeApiServer } from "./api-server";
import { type Issued, intermediate, rootAuthority } from "./certificates";
import type { FakeLab } from "./checks";
import { FakeKube, secretObject } from "./kube";

const names = ["cluster1", "cluster2"] as const;
type Name = (typeof names)[number];
type OfEach<T> = Readonly<Record<Name, T>>;

const gatewayOf = (name: Name) => `${name}.elb.example`;

/** Certificates and API servers, made once: a mistake changes what they may, and `linkerdLab` puts it right again. */
export interface LinkerdSetting {
  readonly root: Issued;
  readonly issuers: OfEach<Issued>;
  readonly api: OfEach<FakeApiServer>;
}

export async function linkerdSetting(): Promise<LinkerdSetting> {
  const root = await rootAuthority();
  const issuer = (name: Name) => intermediate(root, issuerName, { organizationalUnit: name });
  return {
    root,
    issuers: { cluster1: await issuer("cluster1"), cluster2: await issuer("cluster2") },
    api: { cluster1: await FakeApiServer.start(), cluster2: await FakeApiServer.start() },
  };
}

export async function linkerdLab(setting: LinkerdSetting): Promise<FakeLab> {
  for (const name of names) setting.api[name].rights = FakeApiServer.soundRights();
  const kube = {
    cluster1: new FakeKube(objectsOf("cluster1", setting)),
    cluster2: new FakeKube(objectsOf("cluster2", setting)),
  };
  const clusters = names.map(
    (name): LiveCluster => ({
      name,
      kube: kube[name].client,
      endpoint: setting.api[name].endpoint,
      gateway: gatewayOf(name),
      reaches: names.filter((each) => each !== name),
      egressCidr: "10.0.0.0/8",
      mtu: { path: 8500, node: 8500, pod: 8500 },
    }),
  );
  return { kube, lab: { backend: "linkerd", clusters, trustAnchor: setting.root.certificate } };
}

function objectsOf(name: Name, { root, issuers, api }: LinkerdSetting): KubeObject[] {
  const peer = name === "cluster1" ? "cluster2" : "cluster1";
  const { key, certificate } = issuers[name];
  const credentials = (namespace: string, marks: object): KubeObject => {
    const { metadata, ...secret } = secretObject(namespace, credentialsSecret(peer), {
      kubeconfig: api[peer].kubeconfig(),
    });
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
        clusterCredentialsSecret: credentialsSecret(peer),
        gatewayAddress: gatewayOf(peer),
        gatewayPort: "4143",
        gatewayIdentity,
        probeSpec: { port: "4191" },
      },
    },
  ];
}
