import { deepEqual, doesNotMatch, equal, match, throws } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseOptions } from "../../compare/cli/options";
import { failedRehearsals } from "../../compare/cli/rehearsals";
import { rehearsalFacts } from "../../compare/facts/rehearsal-facts";
import { backendNames } from "../../components/backends/profiles";
import { UserError } from "../../rehearsal/base/user-error";
import { comparisonOf, rehearsed } from "../support/compare";

const root = join(__dirname, "../..");

function run(...args: string[]) {
  const main = join(root, "compare/cli/main.ts");
  return spawnSync(process.execPath, ["--import", "tsx", main, ...args], { cwd: root, encoding: "utf8" });
}

describe("npm run compare", function () {
  this.timeout(60_000);

  it("writes JSON with a key for each backend, and nothing else", () => {
    const { status, stdout, stderr } = run(
      "--json",
      "-",
      "--config",
      "interconnect=internet",
      "--config",
      "exposure=public",
    );
    equal(status, 0, stderr);
    const { backends } = JSON.parse(stdout);
    deepEqual(Object.keys(backends), [...backendNames]);
    equal(backends.cilium.refused[0].key, "interconnect");
  });

  it("ends with 2 and without a stack trace where it cannot compare", () => {
    for (const args of [
      ["--stack", "nowhere"],
      ["--config", "nodes.desired=many"],
      ["--html", "/nowhere/a.html"],
      ["--measure", "--running", "--outputs", "/nowhere/outputs.json"],
    ]) {
      const { status, stderr } = run(...args);
      equal(status, 2, stderr);
      doesNotMatch(stderr, /\n\s+at /);
    }
  });
});

describe("its options", () => {
  it("name the backends in the order of the documents", () => {
    deepEqual(parseOptions(["--backends", "linkerd,istio"]).backends, ["istio", "linkerd"]);
    deepEqual(parseOptions([]).backends, backendNames);
  });

  it("rehearse on real nodes, as far as they can be had, where it is measured", () => {
    const { rehearse, nodes } = parseOptions(["--measure"]);
    deepEqual([rehearse, nodes], [true, "auto"]);
  });

  it("rehearse nothing where the lab that is up is measured", () => {
    const { rehearse, measure, running } = parseOptions(["--measure", "--running"]);
    deepEqual([rehearse, measure, running], [false, true, true]);
  });

  for (const [what, argv, message] of [
    ["a backend that is none", ["--backends", "istoi"], /did you mean istio/],
    ["no backend", ["--backends", ""], /choose among/],
    ["an option that is none", ["--backend"], /Usage|Unknown|npm run compare/],
    ["nodes that are none", ["--rehearse", "--nodes", "reel"], /choose among simulated, real/],
    ["measuring what is simulated", ["--measure", "--nodes", "simulated"], /--measure is for real nodes/],
    ["nodes without a rehearsal", ["--nodes", "real"], /add --rehearse/],
    ["a lab that is up without measuring it", ["--running"], /--running is for measuring/],
    ["a rehearsal of what is up", ["--measure", "--running", "--rehearse"], /--running measures what is up/],
    ["outputs of a rehearsal", ["--measure", "--outputs", "outputs.json"], /--outputs is of a lab that is up/],
    ["a file in a folder that is not there", ["--json", "/nowhere/a.json"], /no folder \/nowhere/],
  ] as const) {
    it(`refuse ${what}`, () => {
      throws(
        () => parseOptions(argv),
        (error: unknown) => error instanceof UserError && message.test(error.message),
      );
    });
  }
});

describe("rehearsals that went wrong", () => {
  it("are named", () => {
    const comparison = rehearsed(comparisonOf({}, ["istio", "linkerd"]));
    deepEqual(failedRehearsals(comparison), []);
    const { linkerd } = comparison.backends;
    const backends = {
      ...comparison.backends,
      ...(linkerd ? { linkerd: { ...linkerd, rehearsal: rehearsalFacts(undefined) } } : {}),
    };
    deepEqual(failedRehearsals({ ...comparison, backends }), ["Linkerd"]);
    match(backends.linkerd?.rehearsal?.shortcomings.join() ?? "", /no result/);
  });
});
