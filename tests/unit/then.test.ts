import { deepEqual, equal, throws } from "node:assert/strict";
import { planLab, plansOf } from "../../rehearsal/cli/lab";
import { parseOptions } from "../../rehearsal/cli/options";
import { summary } from "../../rehearsal/cli/summary";
import { type ChangeResult, shortcomings } from "../../rehearsal/run/result";
import { resultOf } from "../support/report";

const planned = (...args: string[]) => planLab(parseOptions(["--stack", "istio", ...args]), "scratch");

/** As one went. */
const changed = (more: Partial<ChangeResult> = {}): ChangeResult => ({
  setting: "access=x",
  result: "succeeded",
  seconds: 12,
  awsMinutes: 1.5,
  resources: { create: 1, update: 2, replace: 0, delete: 3 },
  errors: [],
  checks: [],
  ...more,
});

describe("npm start -- --then", () => {
  it("plans the lab after each change, a later one laid over the earlier", () => {
    const lab = planned("--config", "nodes.desired=3", "--then", "nodes.max=7", "--then", "nodes.desired=4");
    deepEqual(
      plansOf(lab).map(({ config: { nodes } }) => [nodes.desired, nodes.max]),
      [
        [3, 3],
        [3, 7],
        [4, 7],
      ],
    );
    deepEqual(
      lab.changes.map(({ setting }) => setting),
      ["nodes.max=7", "nodes.desired=4"],
    );
  });

  it("refuses what would be wrong after a change, and says after which, before anything is built", () => {
    throws(
      () => planned("--then", "nodes.desired=3", "--then", "nodes.max=2"),
      /After --then nodes\.max=2 the configuration of stack istio has 1 mistake; nothing was built\.\n {2}nodes: /,
    );
    throws(() => planned("--then", "nonsense"), /nonsense: write a setting as KEY=VALUE/);
  });

  it("goes through every step of the root's rotation with --rotate, from where the lab begins", () => {
    const steps = (...args: string[]) => planned("--rotate", ...args).changes.map(({ setting }) => setting);
    deepEqual(steps(), ["trust.generation=1+2", "trust.generation=2+1", "trust.generation=2"]);
    deepEqual(steps("--then", "nodes.max=7", "--config", "trust.generation=2+1"), [
      "nodes.max=7",
      "trust.generation=2",
    ]);
  });

  it("is no success where the change fails, or a check after it", () => {
    deepEqual(shortcomings(resultOf({ changes: [changed()] })), []);
    const failed = changed({ result: "failed", errors: ["no"] });
    deepEqual(shortcomings(resultOf({ changes: [changed(), failed] })), ["the change access=x failed"]);
    const [check] = resultOf().checks;
    const unwell = changed({ checks: check ? [{ ...check, status: "fail" }] : [] });
    deepEqual(shortcomings(resultOf({ changes: [unwell] })), ["after access=x 1 of 1 checks failed"]);
  });

  it("tells of each change what it did", () => {
    const way = { from: "cluster1", target: "a:80", connections: "new" } as const;
    const felt = {
      calls: [
        { ...way, calls: 30, failed: 0 },
        { ...way, calls: 12, failed: 2 },
      ],
      replications: { before: 1, livedOn: 0 },
    };
    const [line, meanwhile] = summary(resultOf({ changes: [changed({ felt })] }), false, "report.html")
      .split("\n")
      .filter((each) => /^(then|meanwhile)/.test(each));
    equal(meanwhile, "meanwhile access=x: 2 of 42 calls failed; 0 of 1 replications of Redis lived on");
    equal(
      line,
      "then access=x: succeeded in 12s; on AWS 1m30s; 1 create, 2 update, 0 replace, 3 delete; 0 of 0 checks passed",
    );
  });
});
