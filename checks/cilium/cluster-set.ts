import { ciliumNamespace } from "../../components/backends/cilium/names";
import { serviceDefinitions } from "../../components/backends/cilium/service-definitions";
import { clusterSetZone } from "../../components/backends/common/cluster-set";
import { serviceImportRole } from "../../components/cluster/service-import-reader";
import { type ClusterCheck, type LiveCluster, skip, verdict } from "../common/check";
import { agentConfig } from "./agent-config";

interface DefinitionSpec {
  readonly versions?: readonly { readonly name: string; readonly served: boolean }[];
}

interface Rules {
  readonly rules?: readonly { readonly resources?: readonly string[]; readonly verbs?: readonly string[] }[];
}

interface Binding {
  readonly roleRef?: { readonly name: string };
  readonly subjects?: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[];
}

/** With the Multi-Cluster Services API: Cilium and DNS find the kinds, and DNS answers for the cluster set. */
export const clusterSet: ClusterCheck = {
  id: "cilium-cluster-set",
  expects: "Cilium and DNS find the kinds of the Multi-Cluster Services API",
  ofCluster: async (cluster) => {
    const { multiclusterServices } = await agentConfig(cluster);
    if (!multiclusterServices) return skip("Services are shared by annotation");
    const problems = await Promise.all([kinds(cluster), corefile(cluster), rights(cluster)]);
    return verdict(problems.flat(), `kinds, rights and Corefile for ${clusterSetZone}`);
  },
};

async function kinds({ kube }: LiveCluster): Promise<(string | false)[]> {
  const found = await Promise.all(
    serviceDefinitions.map(async ({ metadata: { name }, spec }) => {
      const live = await kube.get({ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", name });
      if (!live) return [`there is no definition ${name}`];
      const served = ((live.spec as DefinitionSpec).versions ?? []).filter((each) => each.served);
      return spec.versions.map(
        (wanted) => !served.some((each) => each.name === wanted.name) && `${name} is not served as ${wanted.name}`,
      );
    }),
  );
  return found.flat();
}

async function corefile({ kube }: LiveCluster): Promise<(string | false)[]> {
  const map = await kube.get({ apiVersion: "v1", kind: "ConfigMap", namespace: ciliumNamespace, name: "coredns" });
  const text = (map?.data as { readonly Corefile?: string } | undefined)?.Corefile ?? "";
  const zone = clusterSetZone.replaceAll(".", "\\.");
  const block = new RegExp(`^ *kubernetes [^{\n]*\\b${zone}\\b[^{\n]*\\{[^}]*^ *multicluster ${zone}$`, "m");
  return [!block.test(text) && `the Corefile does not answer ${clusterSetZone}`];
}

async function rights({ kube }: LiveCluster): Promise<(string | false)[]> {
  const [role, binding] = await Promise.all(
    ["ClusterRole", "ClusterRoleBinding"].map((kind) =>
      kube.get({ apiVersion: "rbac.authorization.k8s.io/v1", kind, name: serviceImportRole }),
    ),
  );
  const { rules = [] } = (role ?? {}) as Rules;
  const { roleRef, subjects = [] } = (binding ?? {}) as Binding;
  const readable = rules.some(
    ({ resources = [], verbs = [] }) =>
      resources.includes("serviceimports") && ["list", "watch"].every((verb) => verbs.includes(verb)),
  );
  const bound = subjects.some(
    ({ kind, name, namespace }) => kind === "ServiceAccount" && name === "coredns" && namespace === ciliumNamespace,
  );
  return [
    !readable && `the ClusterRole ${serviceImportRole} does not let anybody list and watch ServiceImports`,
    !(bound && roleRef?.name === serviceImportRole) && `${serviceImportRole} is not bound to the account of DNS`,
  ];
}
