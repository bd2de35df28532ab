import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backendNames, profileOf } from "../../components/backends/profiles";
import type { Chart } from "../../components/plan/chart";
import { standInsFor } from "../../rehearsal/ground/packed-charts";
import { chartSources, releaseCharts } from "../../rehearsal/ground/source-charts";
import { imagePrograms } from "../../rehearsal/images/go-programs";
import { programVersion } from "../../rehearsal/tools/program";

describe("charts from a backend's sources", () => {
  let scratch = "";
  const wanted = [{ name: "mesh", version: "1.2.3", repository: "https://charts.example.org" }];
  const of = {
    module: "example.org/mesh",
    charts: {
      mesh: { folder: "install/mesh", released: (version: string) => ({ "tag: latest": `tag: v${version}` }) },
    },
  };

  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), "source-charts-"));
    const folder = join(scratch, "module", "install", "mesh", "templates");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "all.yaml"), "version: 0.0.0\n");
    writeFileSync(join(folder, "..", "Chart.yaml"), "name: mesh\nversion: 0.0.0 # of no release\nappVersion: 0.0.0\n");
    writeFileSync(join(folder, "..", "values.yaml"), "image:\n  tag: latest\n");
  });
  afterEach(() => rmSync(scratch, { recursive: true }));

  const release = (source = of) => releaseCharts(source, wanted, join(scratch, "module"), join(scratch, "out"));
  const read = (file: string) => readFileSync(join(scratch, "out", "mesh", file), "utf8");

  it("have the version that is wanted, and what a release has", () => {
    release();
    equal(read("Chart.yaml"), "name: mesh\nversion: 1.2.3\nappVersion: 1.2.3\n");
    equal(read("values.yaml"), "image:\n  tag: v1.2.3\n");
    equal(read("templates/all.yaml"), "version: 0.0.0\n");
  });

  it("are not taken for a release when what it changes is said in another way", () => {
    writeFileSync(join(scratch, "module", "install", "mesh", "values.yaml"), "image:\n  tag: dev\n");
    throws(() => release(), /values\.yaml of mesh says nowhere tag: latest/);
  });

  it("are not those that the module lacks", () => {
    throws(() => release({ ...of, charts: {} as typeof of.charts }), /example\.org\/mesh has no chart mesh/);
  });

  it("are of the version of the images that are made, where releases are modules", () => {
    const [{ version }] = Object.values(profileOf("cilium").charts) as [Chart];
    equal(chartSources.cilium?.moduleVersion(version), programVersion(imagePrograms.ciliumAgent));
  });

  it("are all that a backend installs", () => {
    for (const [backend, { charts }] of Object.entries(chartSources)) {
      const name = backendNames.find((each) => each === backend);
      ok(name, backend);
      const pinned = Object.values<Chart>(profileOf(name).charts).map((chart) => chart.name);
      const standIns = standInsFor(backend).flatMap((folder) => readdirSync(folder));
      deepEqual([...Object.keys(charts), ...standIns].sort(), pinned.sort());
    }
  });
});
