/** Asks clusters that are there already what a lab on them must know, before anything is made. Nothing is changed by it. */
import type { KubeConfig } from "@kubernetes/client-node";
import { type ExistingClusterPlan, labAnnotation } from "../plan/cluster";
import type { ClusterFacts, NodeFacts, Surveyed } from "./facts";
import { accessBy, authorityOf, type ContextAccess, readKubeconfig } from "./kubeconfig";

/** What is asked of each. */
type Asked = Pick<ExistingClusterPlan, "name" | "context" | "kubeconfig">;

/** All at once; what one does not say hides nothing of the others. */
export async function survey(clusters: readonly Asked[]): Promise<ReadonlyMap<string, Surveyed>> {
  const found = await Promise.all(clusters.map(async (cluster) => [cluster.name, await ask(cluster)] as const));
  return new Map(found);
}

async function ask({ context, kubeconfig }: Asked): Promise<Surveyed> {
  let access: ContextAccess | undefined;
  let files: readonly string[];
  try {
    const config = readKubeconfig(kubeconfig);
    files = config.files;
    access = accessBy(config, context);
  } catch (error) {
    const problem = `cannot be read: ${said(error)}`;
    return { kind: "silent", field: "kubeconfig", problem, fix: "Name a kubeconfig that is there, or leave it out." };
  }
  if (!access) {
    const where = files.length > 0 ? files.join(", ") : "no kubeconfig at all";
    const problem = `is no context of ${where}`;
    return { kind: "silent", field: "context", problem, fix: "Name one that kubectl config get-contexts lists." };
  }
  const { server } = access;
  try {
    return { kind: "answered", server, certificateAuthority: authorityOf(access), facts: await factsBy(access) };
  } catch (error) {
    const problem = `${server} does not answer what the lab asks: ${said(error)}`;
    return {
      kind: "silent",
      field: "context",
      problem,
      fix: `See whether kubectl --context ${context} get nodes works.`,
    };
  }
}

async function factsBy(access: ContextAccess): Promise<ClusterFacts> {
  // Loaded here: labs that make all of their clusters do without it.
  const k8s = await import("@kubernetes/client-node");
  const config: KubeConfig = new k8s.KubeConfig();
  config.loadFromString(access.kubeconfig);
  const core = config.makeApiClient(k8s.CoreV1Api);
  const [system, version, kubernetes, nodes, namespaces, definitions, cidrs, review] = await Promise.all([
    core.readNamespace({ name: "kube-system" }),
    config.makeApiClient(k8s.VersionApi).getCode(),
    core.readNamespacedService({ name: "kubernetes", namespace: "default" }),
    core.listNode(),
    core.listNamespace(),
    config.makeApiClient(k8s.ApiextensionsV1Api).listCustomResourceDefinition(),
    serviceNetworks(config.makeApiClient(k8s.NetworkingV1Api)),
    config.makeApiClient(k8s.AuthorizationV1Api).createSelfSubjectAccessReview({
      body: { spec: { resourceAttributes: { group: "*", resource: "*", verb: "*" } } },
    }),
  ]);
  return {
    identity: system.metadata?.uid ?? "",
    version: version.gitVersion,
    serviceCidrs: cidrs,
    serviceAddress: kubernetes.spec?.clusterIP ?? "",
    nodes: nodes.items.map(
      ({ metadata, spec, status }): NodeFacts => ({
        name: metadata?.name ?? "",
        addresses: (status?.addresses ?? []).flatMap(({ type, address }) => (type === "InternalIP" ? [address] : [])),
        podCidrs: spec?.podCIDRs ?? [],
        architecture: status?.nodeInfo?.architecture ?? "",
      }),
    ),
    mayEverything: review.status?.allowed === true,
    namespaces: Object.fromEntries(
      namespaces.items.map(({ metadata }) => [metadata?.name ?? "", metadata?.annotations?.[labAnnotation]]),
    ),
    definitions: definitions.items.flatMap(({ metadata }) => metadata?.name ?? []),
  };
}

interface ServiceNetworks {
  listServiceCIDR(): Promise<{ readonly items: readonly { readonly spec?: { readonly cidrs?: string[] } }[] }>;
}

/** Kubernetes tells them from 1.33 on. */
async function serviceNetworks(api: ServiceNetworks): Promise<string[]> {
  try {
    return (await api.listServiceCIDR()).items.flatMap(({ spec }) => spec?.cidrs ?? []);
  } catch (error) {
    if ((error as { code?: number }).code === 404) return [];
    throw error;
  }
}

/** The first line of what went wrong, without what was asked for. */
function said(error: unknown): string {
  const { code, message, cause } = error as { code?: unknown; message?: string; cause?: { message?: string } };
  if (typeof code === "number") return `HTTP ${code}`;
  return (cause?.message ?? message ?? String(error)).split("\n")[0] ?? "";
}
