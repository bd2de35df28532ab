import { istioNamespace } from "../../components/backends/istio/profile";
import { type PairCheck, verdict } from "../check";
import { secretData } from "../common/secret";
import { KubeClient, KubeError } from "../kube/client";

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: { readonly server: string } }[];
}

/** What a peer's reader must never be allowed. */
const forbidden = [
  { verb: "create", resource: "services", group: "" },
  { verb: "delete", resource: "pods", group: "" },
  { verb: "update", resource: "secrets", group: "" },
  { verb: "create", resource: "deployments", group: "apps" },
  { verb: "create", resource: "clusterrolebindings", group: "rbac.authorization.k8s.io" },
] as const;

/** The token in the remote secret lists Services on the peer's API server, and may not write there. */
export const remoteSecret: PairCheck = {
  id: "istio-remote-secret",
  ofPair: async (here, peer) => {
    const data = await secretData(here.kube, istioNamespace, `istio-remote-secret-${peer.name}`);
    const kubeconfig = data(peer.name);
    const server = (JSON.parse(kubeconfig) as Kubeconfig).clusters[0]?.cluster.server;
    const reader = new KubeClient(kubeconfig);
    const services = await reader.list("v1", "Service");
    const writes = await Promise.all(
      forbidden.map(async (access) => ((await allowed(reader, access)) ? access : undefined)),
    );
    const refused = await writeRefused(reader);
    return verdict(
      [
        server !== peer.endpoint && `it leads to ${server}, the peer is ${peer.endpoint}`,
        services.length === 0 && "it sees no Service, not even that of the API server",
        ...writes.map((access) => access && `it may ${access.verb} ${access.resource}`),
        !refused && "a write with it went through",
      ],
      `lists ${services.length} Services of ${peer.name}, may not write`,
    );
  },
};

async function allowed(reader: KubeClient, { verb, resource, group }: (typeof forbidden)[number]): Promise<boolean> {
  const review = await reader.create({
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    metadata: { name: "" },
    spec: { resourceAttributes: { verb, resource, group, namespace: "default" } },
  });
  return (review.status as { readonly allowed: boolean }).allowed;
}

/** Tries a write that would leave nothing behind. */
async function writeRefused(reader: KubeClient): Promise<boolean> {
  try {
    await reader.apply(
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "lab-check", namespace: "default" } },
      { fieldManager: "lab-check", dryRun: true },
    );
    return false;
  } catch (error) {
    if (error instanceof KubeError && error.status === 403) return true;
    throw error;
  }
}
