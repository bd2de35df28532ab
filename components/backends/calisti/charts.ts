/**
 * The two charts that are left of Calisti's open core. Both projects have ended and the charts' repository with Istio's
 * operator is gone (banzaicloud/banzai-charts#1350); that of the registry is on pages which its project leaves behind. So both
 * come from a mirror, made from the tags in their sources.
 */
import type { Chart } from "../../plan/chart";
import { imageFrom } from "../../plan/image";

/** The Istio that the operator installs; its support ended in 2023 (istio.io, supported releases). */
export const istioVersion = "1.17.8";

/** The last tags of the two projects. */
const tags = { operator: "deploy/charts/v2.1.6", registry: "v0.2.12" } as const;

function archive(source: string, tag: string, folder: string, prepare = ""): string {
  const clone = `git clone --depth 1 --branch ${tag} ${source} ${folder}`;
  return `${clone}${prepare} && helm package ${folder}/deploy/charts/${folder} --destination MIRROR`;
}

const operatorSource = "https://github.com/banzaicloud/istio-operator";
const registrySource = "https://github.com/cisco-open/cluster-registry-controller";

/** Pins are the last releases there will be. `repository` is the source: only a mirror has the charts. */
export const calistiCharts = {
  /** Operator that installs and runs Istio's control plane: v2.17.4. */
  operator: {
    name: "istio-operator",
    version: "2.1.6",
    repository: operatorSource,
    images: (registry: string) => ({
      image: { repository: imageFrom("ghcr.io/banzaicloud/istio-operator", registry) },
    }),
    // Chart.yaml ends at Kubernetes 1.26, and Helm refuses the chart on anything newer.
    archivedBy: archive(
      operatorSource,
      tags.operator,
      "istio-operator",
      " && sed -i '/^kubeVersion:/d' istio-operator/deploy/charts/istio-operator/Chart.yaml",
    ),
  },
  /** Controller that keeps the clusters' knowledge of each other: v0.2.12. */
  registry: {
    name: "cluster-registry",
    version: "0.2.12",
    repository: registrySource,
    images: (registry: string) => ({
      image: { repository: imageFrom("ghcr.io/cisco-open/cluster-registry-controller", registry) },
    }),
    archivedBy: archive(registrySource, tags.registry, "cluster-registry"),
  },
} as const satisfies Record<string, Chart>;
