import { deepEqual, ok } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { backendNames } from "../../components/backends/profiles";
import type { RawConfig } from "../../components/config/validate";
import { rawConfig, readStackFile, stackNames } from "../../rehearsal/engine/stack-file";
import { withDemo } from "../support/config";
import { runProgram } from "../support/mocks";
import { declaredIn, judgedOf, reports } from "../support/policies";

const root = join(__dirname, "../..");
const charts: RawConfig = { charts: '{"mirror":"MIRROR"}' };

describe("the policy pack finds nothing wrong", () => {
  const labs: Readonly<Record<string, RawConfig>> = {
    ...Object.fromEntries(
      backendNames.map((backend) => [backend, { backend, ...(backend === "calisti" ? charts : {}) }]),
    ),
    "gateways on the internet": { exposure: "public" },
    "VPCs joined by the internet": { interconnect: "internet", exposure: "public" },
    "public tunnels": { backend: "submariner", interconnect: "internet" },
    "two roots, one in the other's place": { trust: '{"generation":"1+2"}' },
    "tags of one's own": { tags: '{"team":"network"}' },
  };
  for (const [what, settings] of Object.entries(labs)) {
    it(`with a lab of ${what}`, async () => {
      const all = { ...withDemo, ...settings };
      const run = await runProgram(all);
      deepEqual(reports(judgedOf(run), declaredIn(all)), []);
    });
  }

  for (const stack of stackNames(root).filter((name) => name !== "local")) {
    it(`with the stack ${stack}`, async () => {
      const settings = rawConfig(readStackFile(root, stack, []));
      const all = { ...withDemo, ...settings, ...(settings.backend === "calisti" ? charts : {}) };
      deepEqual(reports(judgedOf(await runProgram(all)), declaredIn(all)), []);
    });
  }
});

describe("the policy pack's package", () => {
  const read = (file: string) => JSON.parse(readFileSync(join(root, file), "utf8"));

  it("has the versions that tests and rehearsals run it with", () => {
    const { dependencies, version } = read("policies/package.json");
    const own = read("package.json");
    const installed = { ...own.dependencies, ...own.devDependencies };
    deepEqual(
      Object.keys(dependencies).map((name) => [name, dependencies[name]]),
      Object.keys(dependencies).map((name) => [name, installed[name]]),
    );
    deepEqual(version, own.version);
    ok(/^\d/.test(dependencies["@pulumi/policy"]), "its version is exact");
  });
});
