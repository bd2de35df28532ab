import { deepEqual, equal, match } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { parse } from "yaml";
import { rawConfig, readStackFile } from "../../rehearsal/engine/stack-file";
import { configOf } from "../support/config";
import { needTools } from "../support/tools";

const root = dirname(dirname(__dirname));

describe("pulumi new, with Pulumi's own command", function () {
  this.timeout(60_000);
  let work: string;
  let pulumi: string;
  let project: string;

  before(async function () {
    ({ pulumi } = await needTools(this));
    work = mkdtempSync(join(tmpdir(), "lab-pulumi-new-"));
    for (const name of ["template", "home", "bin"]) mkdirSync(join(work, name));
    symlinkSync(join(root, "tests", "support", "language-host.cjs"), join(work, "bin", "pulumi-language-nodejs"));
    for (const name of ["Pulumi.yaml", "Pulumi.dev.yaml", "stacks", "index.ts", "package.json"]) {
      cpSync(join(root, name), join(work, "template", name), { recursive: true, verbatimSymlinks: true });
    }
  });

  beforeEach(() => {
    project = mkdtempSync(join(work, "project-"));
  });

  after(() => rmSync(work, { recursive: true }));

  function run(...args: string[]): string {
    const env = {
      ...process.env,
      NODE_OPTIONS: "",
      PATH: [join(work, "bin"), process.env.PATH].join(delimiter),
      PULUMI_BACKEND_URL: `file://${join(work, "home")}`,
      PULUMI_HOME: join(work, "home"),
      PULUMI_CONFIG_PASSPHRASE: "of a test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    const { status, stdout, stderr } = spawnSync(pulumi, args, { cwd: project, env, encoding: "utf8" });
    equal(status, 0, stderr);
    return stdout;
  }

  const projectFile = () => parse(readFileSync(join(project, "Pulumi.yaml"), "utf8"));

  it("makes a project of its own, without a stack when asked to", () => {
    run("new", join(work, "template"), "--generate-only", "--yes", "--name", "my-lab");
    deepEqual([projectFile().name, projectFile().template], ["my-lab", undefined]);
    match(readFileSync(join(project, "index.ts"), "utf8"), /makeLab/);
  });

  it("takes the answers to what it asks, and they make a lab", () => {
    const answer = 'adminCidrs=["203.0.113.7/32"]';
    run("new", join(work, "template"), "--yes", "--name", "other-lab", "--stack", "dev", "-c", answer);
    const { adminCidrs, backend, clusters } = configOf(rawConfig(readStackFile(project, "dev", [])));
    deepEqual([adminCidrs, backend], [["203.0.113.7/32"], "istio"]);
    equal(clusters.length, 2);
  });
});
