import { equal } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { dirname } from "node:path";

/** What @pulumi/pulumi's cmd/run does with a project in TypeScript until it has the program. */
const load = `
  const { createRequire } = require("node:module");
  const host = createRequire(require.resolve("@pulumi/pulumi/cmd/run/run.js"));
  const { loadTypeScriptCompilerOptions, typeScriptRequireStrings } = host("../../tsutils");
  const project = "tsconfig.pulumi.json";
  const own = loadTypeScriptCompilerOptions(project);
  const { tsnodeRequire, typescriptRequire } = typeScriptRequireStrings();
  host(tsnodeRequire).register({
    compiler: typescriptRequire,
    transpileOnly: own.noCheck,
    project,
    compilerOptions: { target: "ES2020", module: "nodenext", moduleResolution: "nodenext", sourceMap: "true", ...own },
  });
  console.log(typeof require(process.cwd() + "/"));
`;

describe("Pulumi's Node host", function () {
  this.timeout(60_000);

  it("loads the program with the ts-node that it brings, which a rehearsal does not", () => {
    const { stdout, stderr } = spawnSync(process.execPath, ["-e", load], {
      cwd: dirname(dirname(__dirname)),
      encoding: "utf8",
      // Mocha's own options would have tsx load it.
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    equal(stdout.trim(), "function", stderr);
  });
});
