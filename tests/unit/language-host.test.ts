import { equal } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = dirname(dirname(__dirname));

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
  console.log(typeof require(process.cwd() + process.env.PROGRAM));
`;

describe("Pulumi's Node host", function () {
  this.timeout(60_000);

  function loaded(program: string): string {
    const { stdout, stderr } = spawnSync(process.execPath, ["-e", load], {
      cwd: root,
      encoding: "utf8",
      // Mocha's own options would have tsx load it.
      env: { ...process.env, NODE_OPTIONS: "", PROGRAM: program },
    });
    return stdout.trim() || stderr;
  }

  it("loads the program with the ts-node that it brings, which a rehearsal does not", () => {
    equal(loaded("/"), "function");
  });

  it("takes for the program what it should: of the package's exports the first", () => {
    equal(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).exports["."], "./index.ts");
  });

  it("loads a program that has a lab in it", () => {
    equal(loaded("/examples/team-namespaces/index.ts"), "function");
  });
});
