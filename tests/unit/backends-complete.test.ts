import { deepEqual, equal, match, ok } from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parse } from "yaml";
import { backendChecks } from "../../checks/run/registry";
import { backendNames, profileOf } from "../../components/backends/profiles";
import { standInsFor } from "../../rehearsal/ground/packed-charts";
import { chartSources } from "../../rehearsal/ground/source-charts";

const root = join(__dirname, "../..");

/** The text of a file that a backend needs. A missing one is named, with what it is for. */
function needed(file: string, purpose: string): string {
  ok(existsSync(join(root, file)), `${file} is missing: ${purpose}`);
  return readFileSync(join(root, file), "utf8");
}

/** `NAME VERSION` of the charts in the folders of `folder`. */
function chartsIn(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder)).map((name) => {
    const chart = parse(needed(`${folder}/${name}/Chart.yaml`, "it makes the folder a chart"));
    return `${chart.name} ${chart.version}`;
  });
}

/** Files of `folder` that define a check. */
function checkFiles(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder))
    .map((name) => `${folder}/${name}`)
    .filter((file) => /: (Cluster|Pair)?Check =/.test(readFileSync(join(root, file), "utf8")));
}

/** The texts of all tests of checks. */
function checkTests(): string[] {
  const folder = join(root, "tests/unit");
  const files = readdirSync(folder).filter((name) => /^checks-.*\.test\.ts$/.test(name));
  return files.map((name) => readFileSync(join(folder, name), "utf8"));
}

/** docs/adding-a-backend.md follows these, and what the compiler demands. */
for (const name of backendNames) {
  const { title, charts } = profileOf(name);

  describe(`what belongs to the backend ${name}`, () => {
    for (const [file, purpose] of [
      ["settings.ts", "the schema of its settings"],
      ["profile.ts", "what it is, as plain data"],
      ["backend.ts", "its components"],
      ["charts.ts", "its charts, pinned"],
    ] as const) {
      it(`is in components/backends/${name}/${file}`, () => {
        needed(`components/backends/${name}/${file}`, purpose);
      });
    }

    it(`is chosen by stacks/Pulumi.${name}.yaml`, () => {
      const file = `stacks/Pulumi.${name}.yaml`;
      const { config } = parse(needed(file, "the stack that chooses the backend"));
      equal(config["multicluster-lab:backend"], name, `${file} chooses another backend`);
    });

    it(`has a stand-in in rehearsal/charts/${name} for every chart, or sources of real ones`, () => {
      if (name in chartSources) return;
      const folder = `rehearsal/charts/${name}`;
      const pinned = Object.values(charts).map((chart) => `${chart.name} ${chart.version}`);
      deepEqual(
        standInsFor(name)
          .flatMap((each) => chartsIn(relative(root, each)))
          .sort(),
        pinned.sort(),
        `${folder} has other charts than components/backends/${name}/charts.ts`,
      );
    });

    it(`has checks in checks/${name}/checks.ts`, () => {
      needed(`checks/${name}/checks.ts`, "what npm run verify asks of clusters with this backend");
      ok(backendChecks(name).length > 0, `checks/run/registry.ts has no check for ${name}`);
    });

    it(`has unit tests of its checks in tests/unit/checks-${name}.test.ts`, () => {
      const file = `tests/unit/checks-${name}.test.ts`;
      // What several backends are asked alike is tested together, in files of its own.
      const tests = [needed(file, "what makes each check fail"), ...checkTests()].join("\n");
      for (const each of checkFiles(`checks/${name}`)) {
        ok(tests.includes(`/${each.replace(/\.ts$/, "")}"`), `${file} tests no check of ${each}`);
      }
    });

    it(`is rehearsed by tests/rehearsal/${name}.test.ts`, () => {
      const file = `tests/rehearsal/${name}.test.ts`;
      match(needed(file, "the rehearsal up and down"), new RegExp(`"${name}"`), `${file} does not start ${name}`);
    });

    it(`has the page docs/backends/${name}.md, to which README links`, () => {
      const page = `docs/backends/${name}.md`;
      match(needed(page, "what the backend does, and how"), /^# /);
      ok(needed("README.md", "the first page").includes(page), `README.md does not link to ${page}`);
    });

    it("is in CHANGELOG.md", () => {
      const changes = needed("CHANGELOG.md", "what a user sees of a new version").toLowerCase();
      ok(changes.includes(title.toLowerCase()), `CHANGELOG.md does not mention ${title}`);
    });

    it("is in the pages that npm run docs writes", () => {
      match(
        needed("docs/ports.md", "flows by backend"),
        new RegExp(`^\\| ${name} \\|`, "m"),
        `docs/ports.md lacks ${name}`,
      );
      const heading = `backends/${name}.md`;
      ok(needed("docs/settings.md", "settings by backend").includes(heading), `docs/settings.md lacks ${heading}`);
      const names = needed("docs/naming.md", "names of Services by backend");
      ok(names.includes(`### ${title}`), `docs/naming.md lacks ${title}`);
    });
  });
}
