import { equal, match } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, lstatSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { needTools } from "../support/tools";

const root = dirname(dirname(__dirname));

/**
 * Pulumi writes settings to `stacks/` and deletes them there (`stackConfigDir`), while people look at the top. The file at the
 * top is a link to the one in `stacks/`: the other way round, `stack rm` would delete the link, and the next stack's settings
 * would go to a new file beside the one that people read.
 */
describe("Pulumi.dev.yaml, with Pulumi's own command", function () {
  this.timeout(60_000);
  let pulumi: string;
  let project: string;

  before(async function () {
    ({ pulumi } = await needTools(this));
  });

  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), "lab-stack-files-"));
    for (const name of ["Pulumi.yaml", "Pulumi.dev.yaml", "stacks", "package.json"]) {
      cpSync(join(root, name), join(project, name), { recursive: true, verbatimSymlinks: true });
    }
  });

  afterEach(() => rmSync(project, { recursive: true }));

  function run(...args: string[]): void {
    const env = {
      ...process.env,
      PULUMI_BACKEND_URL: `file://${project}`,
      PULUMI_HOME: join(project, "home"),
      PULUMI_CONFIG_PASSPHRASE: "of a test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    const { status, stderr } = spawnSync(pulumi, args, { cwd: project, env, encoding: "utf8" });
    equal(status, 0, stderr);
  }

  const atTheTop = () => readFileSync(join(project, "Pulumi.dev.yaml"), "utf8");

  it("shows at the top what is set", () => {
    run("stack", "init", "dev");
    run("config", "set", "--path", "adminCidrs[0]", "198.51.100.7/32");
    match(atTheTop(), /backend: istio/);
    match(atTheTop(), /198\.51\.100\.7/);
  });

  it("still does for another stack of that name", () => {
    run("stack", "init", "dev");
    run("stack", "rm", "dev", "--yes");
    run("stack", "init", "dev");
    run("config", "set", "backend", "linkerd");
    match(atTheTop(), /backend: linkerd/);
    equal(lstatSync(join(project, "Pulumi.dev.yaml")).isSymbolicLink(), true);
  });

  it("keeps the settings of a stack that is removed when asked to", () => {
    run("stack", "init", "dev");
    run("stack", "rm", "dev", "--yes", "--preserve-config");
    match(atTheTop(), /backend: istio/);
  });
});
