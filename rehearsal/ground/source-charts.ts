/**
 * Real charts, packed from a backend's sources: some keep theirs in a Go module, where they can be had without a chart
 * repository. What a release writes into them is written here too.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copyForWriting } from "../base/copy-for-writing";
import { istioVersion } from "../images/recipes";
import { moduleSource } from "../tools/go";
import { buildMirror, type WantedChart } from "./chart-mirror";

/** Where the charts of a backend are. */
interface ChartSources {
  readonly module: string;
  /** Of the module, for charts of a version. */
  readonly moduleVersion: (chartVersion: string) => string;
  readonly charts: Readonly<Record<string, ChartSource>>;
}

/** Where a chart is. */
interface ChartSource {
  /** Folder in the module. */
  readonly folder: string;
  /** What a release has in values.yaml for what stands there. Default: the same. */
  readonly released?: (chartVersion: string) => Readonly<Record<string, string>>;
}

const sources: Readonly<Record<string, ChartSources>> = {
  istio: {
    module: "istio.io/istio",
    // Releases are no modules (docs/decisions/images.md): charts and images are of the same commit.
    moduleVersion: istioVersion,
    charts: {
      base: { folder: "manifests/charts/base" },
      istiod: {
        folder: "manifests/charts/istio-control/istio-discovery",
        // As istio/release-builder does it in pkg/build/helm.go.
        released: (version) => ({
          "hub: registry.istio.io/testing": "hub: docker.io/istio",
          "tag: latest": `tag: ${version}`,
        }),
      },
      gateway: { folder: "manifests/charts/gateway" },
    },
  },
  cilium: {
    module: "github.com/cilium/cilium",
    moduleVersion: (version) => `v${version}`,
    charts: { cilium: { folder: "install/kubernetes/cilium" } },
  },
};

/** Whether real charts of a backend can be packed. */
export function hasSourceCharts(backend: string): boolean {
  return backend in sources;
}

/**
 * Packs the real charts of a backend into a mirror, under the versions that are wanted.
 *
 * @param helm path of the helm binary
 * @param scratch folder for what is packed
 * @returns what they were packed from, e.g. `github.com/cilium/cilium v1.20.2`
 * @throws UserError when the module cannot be had
 */
export async function packSourceCharts(
  backend: string,
  wanted: readonly WantedChart[],
  { helm, mirror, scratch }: { readonly helm: string; readonly mirror: string; readonly scratch: string },
): Promise<string> {
  const of = sources[backend];
  const [first] = wanted;
  if (!of || !first) throw new Error(`${backend} has no charts in a module`);
  const version = of.moduleVersion(first.version);
  const source = await moduleSource(of.module, version);
  for (const chart of wanted) {
    const { folder, released } = of.charts[chart.name] ?? {};
    if (folder === undefined) throw new Error(`${of.module} has no chart ${chart.name}`);
    const copy = join(scratch, chart.name);
    copyForWriting(join(source, folder), copy);
    writeRelease(copy, chart.version, released?.(chart.version) ?? {});
  }
  await buildMirror(helm, mirror, [scratch]);
  return `${of.module} ${version}`;
}

/** @throws Error when what a release replaces is not there: another version says it in another way */
function writeRelease(chart: string, version: string, released: Readonly<Record<string, string>>): void {
  const metadata = join(chart, "Chart.yaml");
  const said = readFileSync(metadata, "utf8");
  writeFileSync(metadata, said.replace(/^(version|appVersion): .*$/gm, `$1: ${version}`));
  const values = join(chart, "values.yaml");
  for (const [before, after] of Object.entries(released)) {
    const text = readFileSync(values, "utf8");
    if (!text.includes(before)) throw new Error(`${values} says nowhere ${before}`);
    writeFileSync(values, text.replaceAll(before, after));
  }
}
