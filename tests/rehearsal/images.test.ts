/** `images.registry` reaches every image: of every rendered chart, of what the program makes, and of what operators start. */
import { deepEqual, ok } from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { parse, parseAllDocuments } from "yaml";
import { backendNames } from "../../components/backends/profiles";
import { clusters, lab } from "../support/identity";
import { type Recorded, runProgram } from "../support/mocks";
import { needTools } from "../support/tools";

const run = promisify(execFile);
const registry = "registry.example:5000/mirror";
const charts = join(dirname(dirname(__dirname)), "rehearsal", "charts");

/** Fields that name images, or what the names of several begin with. */
const fields = ["image", "hub", "registry", "repository", "defaultRegistry"];

/** What `value` says of images, wherever in it. */
function imagesIn(value: unknown, at = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => imagesIn(each, at));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === "string" && fields.includes(key) ? [inner] : imagesIn(inner, `${at}.${key}`),
  );
}

/** Inputs without the marks of what is secret. */
function open(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(open);
  if (typeof value !== "object" || value === null) return value;
  if ("4dabf18193072939515e22adb298388d" in value) return open((value as { value?: unknown }).value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, open(inner)]));
}

/** The stand-in of each chart, by the name of its archive. */
async function standIns(backend: string): Promise<Map<string, string>> {
  const folders = (await readdir(join(charts, backend))).map((name) => join(charts, backend, name));
  const named = folders.map(async (folder): Promise<[string, string]> => {
    const { name, version } = parse(await readFile(join(folder, "Chart.yaml"), "utf8"));
    return [`${name}-${version}.tgz`, folder];
  });
  return new Map(await Promise.all(named));
}

describe("images.registry", function () {
  this.timeout(120_000);
  let helm: string;
  let scratch: string;
  before(async function () {
    helm = (await needTools(this)).helm;
    scratch = await mkdtemp(join(tmpdir(), "images-"));
  });
  after(() => scratch && rm(scratch, { recursive: true }));

  async function rendered({ name, inputs }: Recorded, folders: Map<string, string>): Promise<unknown[]> {
    const folder = folders.get(basename(inputs.chart));
    ok(folder, `${name} installs ${inputs.chart}, of which there is no stand-in`);
    const values = join(scratch, `${name}.json`);
    await writeFile(values, JSON.stringify(open(inputs.values ?? {})));
    const args = ["template", inputs.name, folder, "--kube-version", "1.35.0", "--namespace", inputs.namespace, "--values", values];
    const { stdout } = await run(helm, args, { maxBuffer: 2 ** 26 });
    return parseAllDocuments(stdout).map((document) => document.toJS());
  }

  for (const backend of backendNames) {
    it(`leaves no image of ${backend} or of the demo where it was`, async () => {
      const settings = {
        ...lab(backend, clusters(["m1", "m2"]), ["m1", "m2"]),
        charts: '{"mirror":"MIRROR"}',
        images: JSON.stringify({ registry }),
      };
      const { resources } = await runProgram(settings);
      const folders = await standIns(backend);
      const releases = resources.filter(({ type }) => type === "kubernetes:helm.sh/v3:Release");
      const objects = resources.filter(({ type }) => type.startsWith("kubernetes:") && !type.includes("helm"));
      const images = [
        ...(await Promise.all(releases.map((each) => rendered(each, folders)))).flatMap((each) => imagesIn(each)),
        ...objects.flatMap(({ inputs }) => imagesIn(open(inputs))),
      ];
      ok(images.length > 10);
      // istiod fills in "auto".
      const elsewhere = images.filter((image) => image !== "auto" && !image.startsWith(registry.split("/")[0] ?? ""));
      deepEqual([...new Set(elsewhere)], []);
    });
  }
});
