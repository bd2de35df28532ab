import { deepEqual, doesNotMatch, equal, match } from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { announcement, nextCommands } from "../../rehearsal/cli/announcement";
import { planLab } from "../../rehearsal/cli/lab";
import { lookLines } from "../../rehearsal/cli/look";
import { openReport } from "../../rehearsal/cli/open-report";
import { parseOptions } from "../../rehearsal/cli/options";
import type { Machine } from "../../rehearsal/cli/preflight";
import { resultOf } from "../support/report";

const ready: Machine = {
  platform: "linux",
  hasProc: true,
  memory: 8 * 1024 ** 3,
  scratchDisk: 0,
  fetchedTools: 0,
  toolsDisk: 0,
  builtTools: [],
  builtNodeTools: [],
  silentSites: [],
  go: undefined,
};

const announced = (machine: Partial<Machine>, ...args: string[]) => {
  const options = parseOptions(args);
  const lab = planLab(options, "scratch");
  return announcement(lab.plan, { options, machine: { ...ready, ...machine }, nodes: "simulated" }).join("\n");
};

describe("npm start", () => {
  it("says what it will do and take before it begins", () => {
    const said = announced({});
    match(said, /stack dev: Istio on cluster1 \(us-east-1\), cluster2 \(us-west-2\), simulated nodes/);
    match(said, /up, checks, a second up, which must change nothing, destroy/);
    match(said, /2\.0 GB of the 8\.0 GB that are free/);
    match(said, /time {5}about 2 minutes with two clusters on two cores$/m);
    doesNotMatch(said, /missing/);
  });

  it("says what is missing, and how it is had", () => {
    match(announced({ fetchedTools: 8 }), /missing {2}8 tools, which are fetched once/);
    const built = announced({ builtTools: ["etcd", "kwok"], silentSites: ["github.com"] });
    match(built, /missing {2}etcd, kwok, built once in about 3 minutes [^\n]+ no answer came from github\.com/);
  });

  it("says what is kept, measured and changed", () => {
    match(announced({}, "--keep", "--then", "nodes.desired=3"), /up, checks, nodes\.desired=3, checks, and it stays/);
    match(announced({}, "--stack", "local"), /\(there already\)/);
  });

  it("ends with three commands, for the stack that was rehearsed", () => {
    const commands = (stack: string) => nextCommands({ stack }).slice(2);
    equal(commands("dev").length, 3);
    match(commands("dev").join("\n"), /npm start -- --keep +the same.*npm run compare +all.*pulumi up/s);
    match(commands("cilium").join("\n"), /--stack cilium --keep.*npm run compare -- --stack cilium/s);
  });
});

describe("npm start -- --open", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "opener-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  const opener = (text: string) => {
    const path = join(folder, "opener");
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
    return path;
  };

  it("opens the report", async () => {
    const report = join(folder, "report.html");
    writeFileSync(report, "");
    equal(await openReport(report, opener('[ -f "$1" ]')), `opened ${report}`);
  });

  it("says where it is when nothing here opens pages", async () => {
    const path = resolve("report.html");
    match(await openReport("report.html", opener("exit 3")), new RegExp(`the report is ${path}$`));
    match(await openReport("report.html", join(folder, "nowhere")), new RegExp(`the report is ${path}$`));
  });
});

describe("a kept lab on real nodes", () => {
  const { plan } = planLab(parseOptions([]), "scratch");
  const simulated = [{ cluster: "cluster1", pod: "online-boutique/frontend-5d4-x", reason: "no image" }];
  const look = (more: Parameters<typeof resultOf>[0]) => lookLines(plan, resultOf(more)).join("\n");

  it("says how to look at the shop", () => {
    const said = look({ nodes: "real" });
    match(said, /kubectl --context \S+ -n \S+ port-forward service\/frontend 8080:80\n/);
    match(said, /http:\/\/127\.0\.0\.1:8080\n.*The shop/);
  });

  it("says how to ask the stand-in, where the shop is simulated", () => {
    const namespace = plan.demo?.namespace;
    const pods = {
      real: 1,
      realIn: {},
      simulated: simulated.map((each) => ({ ...each, pod: each.pod.replace("online-boutique", `${namespace}`) })),
    };
    const said = look({ nodes: "real", pods });
    match(said, /-n lab-probes port-forward deployment\/probe-http 8080:8080\n/);
    match(said, /fetch2\/\?url=http:\/\/probe-http\.lab-probes\S*:80\/debug\?env=dump/);
    match(said, /LAB_CLUSTER/);
  });

  it("says nothing of it where pods are simulated", () => deepEqual(lookLines(plan, resultOf()), []));
});
