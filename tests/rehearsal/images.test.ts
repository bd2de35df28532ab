import { deepEqual, ok } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { backendNames, profileOf } from "../../components/backends/profiles";
import type { RawConfig } from "../../components/config/validate";
import type { Chart } from "../../components/plan/chart";
import { packCharts } from "../../rehearsal/ground/packed-charts";
import { withDemo } from "../support/config";
import { runProgram } from "../support/mocks";
import { needTools } from "../support/tools";

const registry = "registry.example:5000/mirror";

/** What brings in images that the default stack has not. */
const more: Readonly<Record<string, RawConfig>> = {
  cilium: { cilium: JSON.stringify({ hubble: true }) },
  linkerd: { linkerd: JSON.stringify({ viz: true }) },
  calisti: { charts: JSON.stringify({ mirror: "/mirror" }) },
};

interface Spec {
  readonly registry?: string;
  readonly repository?: string;
  readonly containerImageConfiguration?: { readonly hub?: string };
}

/** Where operators are told of a registry, from which they take images that no manifest names. */
const told: Readonly<Record<string, (spec: Spec) => string | undefined>> = {
  Installation: ({ registry }) => registry,
  Submariner: ({ repository }) => repository,
  IstioControlPlane: ({ containerImageConfiguration }) => containerImageConfiguration?.hub,
};

/** Every image that a manifest names, wherever it stands, and every registry that an operator is told of. */
function imagesIn(manifest: unknown): string[] {
  if (Array.isArray(manifest)) return manifest.flatMap(imagesIn);
  if (!manifest || typeof manifest !== "object") return [];
  const { kind, spec } = manifest as { kind?: string; spec?: Spec };
  const ofOperator = (kind && spec && told[kind]?.(spec)) ?? [];
  const named = Object.entries(manifest).flatMap(([key, value]) =>
    (key === "image" || key === "pauseImage") && typeof value === "string" ? [value] : imagesIn(value),
  );
  return [ofOperator, named].flat();
}

describe("images of everything that runs", function () {
  this.timeout(120_000);
  let helm: string;
  let work: string;

  before(async function () {
    ({ helm } = await needTools(this));
    work = mkdtempSync(join(tmpdir(), "lab-images-"));
  });

  after(() => rmSync(work, { recursive: true }));

  /** As Helm renders the chart. */
  function rendered(archive: string, values: object): unknown[] {
    const file = join(work, "values.json");
    writeFileSync(file, JSON.stringify(values));
    const flags = ["--values", file, "--kube-version", "1.35", "--namespace", "somewhere"];
    const manifests = execFileSync(helm, ["template", "release", archive, ...flags], {
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    });
    return parseAllDocuments(manifests).map((each) => each.toJS());
  }

  /** Folder with the charts that are packed for a backend. */
  async function chartsOf(backend: (typeof backendNames)[number]): Promise<string> {
    const mirror = join(work, backend);
    const wanted = Object.values<Chart>(profileOf(backend).charts);
    await packCharts(backend, wanted, { helm, mirror, scratch: join(work, `${backend}-sources`) });
    return mirror;
  }

  /** Of a backend with the demo. */
  async function imagesOf(backend: (typeof backendNames)[number], settings: RawConfig): Promise<string[]> {
    const run = await runProgram({ ...withDemo, backend, ...more[backend], ...settings });
    const charts = Object.values<Chart>(profileOf(backend).charts);
    const packed = await chartsOf(backend);
    const ofCharts = run.all("kubernetes:helm.sh/v3:Release").flatMap(({ inputs }) => {
      const chart = charts.find(({ name, version }) =>
        [name, `/mirror/${name}-${version}.tgz`].some(
          (end) => inputs.chart === end || inputs.chart.endsWith(`/${name}`),
        ),
      );
      ok(chart, inputs.chart);
      return imagesIn(rendered(join(packed, `${chart.name}-${chart.version}.tgz`), inputs.values ?? {}));
    });
    const own = run.resources.filter(({ type }) => type.startsWith("kubernetes:") && !type.endsWith(":Release"));
    const images = [...ofCharts, ...own.flatMap(({ inputs }) => imagesIn(inputs))];
    // Istio's injector fills it in, from the hub that istiod has.
    return [...new Set(images)].filter((image) => image !== "auto").sort();
  }

  for (const backend of backendNames) {
    it(`come from images.registry with ${backend}, under the same paths`, async () => {
      const plain = await imagesOf(backend, {});
      const redirected = await imagesOf(backend, { images: JSON.stringify({ registry }) });
      deepEqual(
        redirected.filter((image) => !image.startsWith(`${registry}/`) && image !== registry),
        [],
      );
      const missing = pathsOf(plain).filter((path) => !pathsOf(redirected).includes(path));
      deepEqual(missing, []);
    });
  }
});

/** Without registries. Docker's own images have no folder where nobody redirects them. */
function pathsOf(images: readonly string[]): string[] {
  return images
    .map((image) => image.replace(`${registry}/`, "").replace(/^[^/]*[.:][^/]*\//, ""))
    .map((path) => path.replace(/^library\//, ""))
    .sort();
}
