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
}

/** A control plane that runs. */
export interface ControlPlane extends ControlPlaneSpec {
  /** `https://127.0.0.1:PORT` */
  readonly endpoint: string;
  /** Of the API server's certificate: PEM in base64, as EKS gives it. */
  readonly certificateAuthority: string;
  /** For the administrator, complete in itself. */
  readonly kubeconfig: string;
  /** A bearer token for the administrator: what `aws eks get-token` hands out. */
  readonly token: string;
}

/**
 * A control plane as it is reached, from the files that kwokctl keeps; undefined when it hands out no tokens.
 *
 * @param folder where kwokctl keeps it
 */
export async function readControlPlane(spec: ControlPlaneSpec, folder: string): Promise<ControlPlane | undefined> {
  const made = parse(await readFile(join(folder, "kubeconfig.yaml"), "utf8"));
  const endpoint: string = made.clusters[0].cluster.server;
  const read = async (file: string) => (await readFile(join(folder, "pki", file))).toString("base64");
  const certificateAuthority = await read("ca.crt");
  const kubeconfig = JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: spec.name, cluster: { server: endpoint, "certificate-authority-data": certificateAuthority } }],
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
  return token === undefined ? undefined : { ...spec, endpoint, certificateAuthority, kubeconfig, token };
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
