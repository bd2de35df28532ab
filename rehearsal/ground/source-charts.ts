/**
 * Real charts, packed from a backend's sources: some keep theirs in a Go module, where they can be had without a chart
 * repository.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copyForWriting } from "../base/copy-for-writing";
import { istioVersion } from "../images/go-programs";
import { moduleSource } from "../tools/go";
import { buildMirror, type WantedChart } from "./chart-mirror";

/** Where the charts of a backend are. */
export interface ChartSources {
  readonly module: string;
  /** Of the module, for charts of a version. */
  readonly moduleVersion: (chartVersion: string) => string;
  /** By the charts' names. */
  readonly charts: Readonly<Record<string, ChartSource>>;
}

/** Where a chart is. */
export interface ChartSource {
  /** Folder in the module. */
  readonly folder: string;
  /** What a release has in values.yaml for what stands there. Default: the same. */
  readonly released?: (chartVersion: string) => Readonly<Record<string, string>>;
}

/** As istio/release-builder does it in pkg/build/helm.go. */
const imagesOfRelease = (version: string) => ({
  "hub: registry.istio.io/testing": "hub: docker.io/istio",
  "tag: latest": `tag: ${version}`,
});

/** By backend. */
export const chartSources: Readonly<Record<string, ChartSources>> = {
  istio: {
    module: "istio.io/istio",
    // Releases are no modules (docs/decisions/images.md): charts and images are of the same commit.
    moduleVersion: istioVersion,
    charts: {
      base: { folder: "manifests/charts/base" },
      istiod: {
        folder: "manifests/charts/istio-control/istio-discovery",
        released: imagesOfRelease,
      },
      gateway: { folder: "manifests/charts/gateway" },
      cni: { folder: "manifests/charts/istio-cni", released: imagesOfRelease },
      ztunnel: { folder: "manifests/charts/ztunnel", released: imagesOfRelease },
    },
  },
  cilium: {
    module: "github.com/cilium/cilium",
    moduleVersion: (version) => `v${version}`,
    charts: { cilium: { folder: "install/kubernetes/cilium" } },
  },
};

/**
 * Packs the real charts of a backend into a mirror, under the versions that are wanted.
 *
 * @param helm path of the helm binary
 * @param scratch folder for what is packed
 * @param others folders with stand-ins for charts that the module does not have
 * @returns what they were packed from, e.g. `github.com/cilium/cilium v1.20.2`
 * @throws UserError when the module cannot be had
 */
export async function packSourceCharts(
  of: ChartSources,
  wanted: readonly WantedChart[],
  {
    helm,
    mirror,
    scratch,
    others,
  }: { readonly helm: string; readonly mirror: string; readonly scratch: string; readonly others: readonly string[] },
): Promise<string> {
  const own = wanted.filter(({ name }) => name in of.charts);
  const [version = ""] = own.map((chart) => of.moduleVersion(chart.version));
  releaseCharts(of, own, await moduleSource(of.module, version), scratch);
  await buildMirror(helm, mirror, [scratch, ...others]);
  return `${of.module} ${version}`;
}

/**
 * Writes charts as a release of the wanted version has them.
 *
 * @param source folder of the module's files
 * @param target folder for a folder for each chart
 * @throws Error when what a release replaces is not there: another version says it in another way
 */
export function releaseCharts(
  { module, charts }: Pick<ChartSources, "module" | "charts">,
  wanted: readonly WantedChart[],
  source: string,
  target: string,
): void {
  for (const { name, version } of wanted) {
    const { folder, released } = charts[name] ?? {};
    if (folder === undefined) throw new Error(`${module} has no chart ${name}`);
    const chart = join(target, name);
    copyForWriting(join(source, folder), chart);
    change(join(chart, "Chart.yaml"), (text) => text.replace(/^(version|appVersion): .*$/gm, `$1: ${version}`));
    for (const [before, after] of Object.entries(released?.(version) ?? {})) {
      change(join(chart, "values.yaml"), (text) => {
        if (!text.includes(before)) throw new Error(`values.yaml of ${name} says nowhere ${before}`);
        return text.replaceAll(before, after);
      });
    }
  }
}

function change(file: string, write: (text: string) => string): void {
  writeFileSync(file, write(readFileSync(file, "utf8")));
}
