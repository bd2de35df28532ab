/**
 * Real charts, packed from a backend's sources: some keep theirs in a Go module, where they can be had without a chart
 * repository. What a release writes into them is written here too.
 */
import { chmodSync, cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { istioVersion } from "../images/recipes";
import { moduleSource } from "../tools/go";
import { buildMirror, type WantedChart } from "./chart-mirror";

/** Where the charts of a backend are. */
interface ChartSources {
  readonly module: string;
  /** Of the module, for charts of a version. */
  readonly moduleVersion: (chartVersion: string) => string;
  /** Folders in the module by the charts' names. */
  readonly folders: Readonly<Record<string, string>>;
  /** What a release has in values.yaml for what stands there. Default: the same. */
  readonly released?: (chartVersion: string) => Readonly<Record<string, string>>;
}

const sources: Readonly<Record<string, ChartSources>> = {
  istio: {
    module: "istio.io/istio",
    // Releases are no modules (docs/decisions/images.md): charts and images are of the same commit.
    moduleVersion: istioVersion,
    folders: {
      base: "manifests/charts/base",
      istiod: "manifests/charts/istio-control/istio-discovery",
      gateway: "manifests/charts/gateway",
    },
    // Of `_internal_defaults_do_not_set.global` (istio/release-builder, pkg/build/helm.go).
    released: (version) => ({
      "hub: registry.istio.io/testing": "hub: docker.io/istio",
      "tag: latest": `tag: ${version}`,
    }),
  },
  cilium: {
    module: "github.com/cilium/cilium",
    moduleVersion: (version) => `v${version}`,
    folders: { cilium: "install/kubernetes/cilium" },
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
  const { module, moduleVersion, folders, released } = sources[backend] ?? {};
  const [first] = wanted;
  if (!module || !moduleVersion || !folders || !first) throw new Error(`${backend} has no charts in a module`);
  const version = moduleVersion(first.version);
  const source = await moduleSource(module, version);
  for (const chart of wanted) {
    const folder = folders[chart.name];
    if (folder === undefined) throw new Error(`${module} has no chart ${chart.name}`);
    const copy = join(scratch, chart.name);
    cpSync(join(source, folder), copy, { recursive: true });
    writable(copy);
    writeRelease(copy, chart.version, released?.(chart.version) ?? {});
  }
  await buildMirror(helm, mirror, [scratch]);
  return `${module} ${version}`;
}

/** The files of a module are kept as files that nobody may write. */
function writable(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) writable(path);
    else chmodSync(path, 0o644);
  }
}

function writeRelease(chart: string, version: string, released: Readonly<Record<string, string>>): void {
  const metadata = join(chart, "Chart.yaml");
  const said = readFileSync(metadata, "utf8");
  writeFileSync(metadata, said.replace(/^(version|appVersion): .*$/gm, `$1: ${version}`));
  const values = join(chart, "values.yaml");
  const text = Object.entries(released).reduce(
    (changed, [before, after]) => changed.replaceAll(before, after),
    readFileSync(values, "utf8"),
  );
  writeFileSync(values, text);
}
