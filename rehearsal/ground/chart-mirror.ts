/**
 * A chart mirror: one flat folder of NAME-VERSION.tgz, the form in which the program takes charts from anywhere but their
 * own repositories. The rehearsal packages its stand-in charts into one; an air-gapped site fills one with `helm pull`.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { UserError } from "../base/user-error";

const run = promisify(execFile);

/** A chart that has to be in a mirror. */
export interface WantedChart {
  readonly name: string;
  readonly version: string;
  /** URL of the chart's own repository, to say where a missing one comes from. */
  readonly repository: string;
  /** Commands that fetch it, where `helm pull` cannot; MIRROR in them is the folder. */
  readonly archivedBy?: string;
}

/**
 * Packages every chart found below the `sources` folders into `target`, which is made if it is not there.
 *
 * @param helm path of the helm binary
 * @returns the archives' paths, sorted
 * @throws Error when two charts would become the same archive: backends share names like `base` and `gateway`, and the
 *   second would silently replace the first
 */
export async function buildMirror(helm: string, target: string, sources: readonly string[]): Promise<string[]> {
  const folders = (await Promise.all(sources.map(chartFolders))).flat();
  const byArchive = new Map<string, string>();
  for (const folder of folders) {
    const { name, version } = parse(await readFile(join(folder, "Chart.yaml"), "utf8"));
    const archive = join(target, archiveName({ name, version }));
    const other = byArchive.get(archive);
    if (other !== undefined) throw new Error(`Charts ${other} and ${folder} are both ${name} ${version}.`);
    byArchive.set(archive, folder);
  }
  await mkdir(target, { recursive: true });
  await Promise.all(folders.map((folder) => run(helm, ["package", folder, "--destination", target])));
  return [...byArchive.keys()].sort();
}

/**
 * Fills a mirror from the charts' own repositories.
 *
 * @param helm path of the helm binary
 * @throws UserError when one cannot be had
 */
export async function pullCharts(helm: string, target: string, wanted: readonly WantedChart[]): Promise<void> {
  await mkdir(target, { recursive: true });
  for (const { name, version, repository } of wanted) {
    const flags = ["--repo", repository, "--version", version, "--destination", target];
    await run(helm, ["pull", name, ...flags]).catch(({ stderr = "" }: { stderr?: string }) => {
      const said = stderr.trim().split("\n").at(-1) || "it failed";
      throw new UserError(
        `There is no Go here to fetch the sources of chart ${name} with, and ${repository} does not give it either ` +
          `(${said}): install Go (https://go.dev/doc/install), or give charts with --charts DIR.`,
      );
    });
  }
}

/**
 * Looks whether a mirror holds the charts that a plan names.
 *
 * @throws UserError naming every missing chart and the commands that fetch them
 */
export function checkMirror(dir: string, wanted: readonly WantedChart[]): void {
  const missing = wanted.filter((chart) => !existsSync(join(dir, archiveName(chart))));
  if (missing.length === 0) return;
  const charts = missing.map((chart) => `${chart.name} ${chart.version}`).join(", ");
  const pulls = missing.map(
    ({ name, version, repository, archivedBy }) =>
      archivedBy?.replaceAll("MIRROR", dir) ??
      `helm pull ${name} --repo ${repository} --version ${version} --destination ${dir}`,
  );
  throw new UserError(`The chart mirror ${dir} lacks ${charts}: fetch with \`${pulls.join(" && ")}\`.`);
}

/** What `helm package` and `helm pull` call the archive of a chart. */
function archiveName(chart: { readonly name: string; readonly version: string }): string {
  return `${chart.name}-${chart.version}.tgz`;
}

/** The chart folders at or below `folder`; a chart's own `charts` folder holds parts of it and is not looked into. */
async function chartFolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.some((entry) => entry.name === "Chart.yaml")) return [folder];
  const below = entries.filter((entry) => entry.isDirectory()).map((entry) => chartFolders(join(folder, entry.name)));
  return (await Promise.all(below)).flat();
}
