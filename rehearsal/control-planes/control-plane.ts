/** What a control plane is to those who use it, and how its administrator reaches it. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { KubeClient } from "../../checks/kube/client";

/** What is asked for. */
export interface ControlPlaneSpec {
  /** Name of the EKS cluster. */
  readonly name: string;
  /** Kubernetes version that EKS was asked for; the control plane is of the version that the tools have. */
  readonly version: string;
  readonly serviceCidr: string;
  /** URL by which EKS would answer. Needed where nodes are real. */
  readonly endpoint?: string;
  /** Of the cluster's interfaces in its VPC, by which nodes and pods reach the API server where they are real. */
  readonly privateAddresses?: readonly string[];
}

/** Where control planes run whose nodes are real: apart from this machine's own network, as those of EKS are. */
export interface Site {
  /** Path of the network namespace. */
  readonly netns: string;
  /** URL of the proxy by which this machine reaches API servers by their endpoints. */
  readonly proxyUrl: string;
}

/** A control plane that runs. */
export interface ControlPlane extends ControlPlaneSpec {
  /** By which it answers: with simulated nodes `https://127.0.0.1:PORT`. */
  readonly endpoint: string;
  /** On which the API server listens. */
  readonly port: number;
  /** Names and addresses for which its certificate is good besides those of loopback: see `hostsOf`. */
  readonly hosts: readonly string[];
  /** Of the API server's certificate: PEM in base64, as EKS gives it. */
  readonly certificateAuthority: string;
  /** For the administrator, complete in itself. */
  readonly kubeconfig: string;
  /** A bearer token for the administrator: what `aws eks get-token` hands out. */
  readonly token: string;
}

/** By which others than this machine call the API server: as EKS would publish it, and by the interfaces in its VPC. */
export function hostsOf({ endpoint, privateAddresses = [] }: ControlPlaneSpec): string[] {
  return [...(endpoint ? [new URL(endpoint).hostname] : []), ...privateAddresses];
}

/**
 * A control plane as it is reached, from the files that kwokctl keeps; undefined when it hands out no tokens.
 *
 * @param folder where kwokctl keeps it
 * @param site where it runs, if not on this machine's loopback
 */
export async function readControlPlane(
  spec: ControlPlaneSpec,
  folder: string,
  site: Site | undefined,
): Promise<ControlPlane | undefined> {
  const made = parse(await readFile(join(folder, "kubeconfig.yaml"), "utf8"));
  const local: string = made.clusters[0].cluster.server;
  const endpoint = (site && spec.endpoint) ?? local;
  const read = async (file: string) => (await readFile(join(folder, "pki", file))).toString("base64");
  const certificateAuthority = await read("ca.crt");
  const kubeconfig = JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: spec.name,
        cluster: {
          server: endpoint,
          "certificate-authority-data": certificateAuthority,
          ...(site ? { "proxy-url": site.proxyUrl } : {}),
        },
      },
    ],
    users: [
      {
        name: spec.name,
        user: { "client-certificate-data": await read("admin.crt"), "client-key-data": await read("admin.key") },
      },
    ],
    contexts: [{ name: spec.name, context: { cluster: spec.name, user: spec.name } }],
    "current-context": spec.name,
  });
  const token = await administratorToken(new KubeClient(kubeconfig));
  const port = Number(new URL(local).port);
  return token === undefined
    ? undefined
    : { ...spec, endpoint, port, hosts: hostsOf(spec), certificateAuthority, kubeconfig, token };
}

/**
 * A lasting token with every right, held by an account that EKS does not have; there an IAM identity has them.
 * Undefined when the controller manager does not make one within two minutes.
 */
async function administratorToken(kube: KubeClient): Promise<string | undefined> {
  const name = "rehearsal-administrator";
  const namespace = "kube-system";
  await kube.create({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } });
  await kube.create({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ kind: "ServiceAccount", name, namespace }],
  });
  await kube.create({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace, annotations: { "kubernetes.io/service-account.name": name } },
    type: "kubernetes.io/service-account-token",
  });
  for (let attempt = 0; attempt < 1200; attempt++) {
    const secret = await kube.get({ apiVersion: "v1", kind: "Secret", name, namespace });
    const token = (secret?.data as { token?: string } | undefined)?.token;
    if (token) return Buffer.from(token, "base64").toString();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return undefined;
}
