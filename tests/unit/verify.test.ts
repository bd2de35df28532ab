import { deepEqual, equal, match, rejects, throws } from "node:assert/strict";
import { execFile } from "node:child_process";
import { EventEmitter } from "node:events";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse as parseJunit } from "junit2json";
import { ProbePods } from "../../checks/probes/pods";
import { kubeconfigsOf } from "../../checks/run/contexts";
import { junitXml } from "../../checks/run/junit";
import { parseOptions } from "../../checks/run/options";
import { outputsInFile } from "../../checks/run/outputs";
import { CheckProgress } from "../../checks/run/progress";
import { type CheckResult, runChecks } from "../../checks/run/run";
import { podsRun, unlessAborted, withProbes } from "../../checks/run/with-probes";
import type { LabDescription } from "../../components/lab/description";
import { writeOutputs } from "../../rehearsal/cli/kept-outputs";
import { fakeLab } from "../support/checks";
import { FakeKube } from "../support/kube";
import { nodes } from "../support/packets-lab";

/** What a check found. */
const finding = (more: Partial<CheckResult>): CheckResult => ({
  id: "istio-authority",
  expected: "istiod's authority is an intermediate under the lab's root",
  cluster: "cluster1",
  status: "pass",
  evidence: "configuration",
  detail: "",
  seconds: 0.5,
  ...more,
});

const lab = {
  backend: "istio",
  trustAnchor: "",
  certificates: [],
  naming: [],
  clusters: { cluster1: { endpoint: "https://127.0.0.1:1" }, cluster2: { endpoint: "https://127.0.0.1:2" } },
} as unknown as LabDescription;

describe("npm run verify", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "verify-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const written = (name: string, value: object): string => {
    const file = join(folder, name);
    writeFileSync(file, JSON.stringify(value));
    return file;
  };

  describe("JUnit", () => {
    const checks = [
      finding({ detail: "fine" }),
      finding({ status: "fail", peer: "cluster2", detail: '5 < 7 & "so" \u0007\u001b[31mon', seconds: 15.25 }),
      finding({ cluster: "cluster2", status: "skipped", detail: "pods are simulated" }),
      finding({ cluster: "cluster2", status: "warning", detail: "root ends soon" }),
    ];

    it("is read as such, with what was expected and what was found", async () => {
      const read = await parseJunit(junitXml("lab with istio", checks, new Date("2030-01-02T03:04:05Z")));
      const suites = read && "testsuite" in read ? (read.testsuite ?? []) : [];
      deepEqual(
        suites.map(({ name, tests, failures, skipped, time, timestamp }) => [
          name,
          tests,
          failures,
          skipped,
          time,
          timestamp,
        ]),
        [
          ["cluster1", 2, 1, 0, 15.25, "2030-01-02T03:04:05"],
          ["cluster2", 2, 0, 1, 0.5, "2030-01-02T03:04:05"],
        ],
      );
      const [, failed] = suites[0]?.testcase ?? [];
      equal(failed?.name, "istio-authority to cluster2");
      equal(failed?.classname, "cluster1.istio-authority");
      equal(failed?.failure?.[0]?.message, '5 < 7 & "so" ??[31mon');
      equal(
        failed?.failure?.[0]?.inner,
        "expected: istiod's authority is an intermediate under the lab's root\nactual: 5 < 7 & \"so\" ??[31mon",
      );
    });

    it("says of a check that does not apply why", async () => {
      const read = await parseJunit(junitXml("lab", checks));
      const suites = read && "testsuite" in read ? (read.testsuite ?? []) : [];
      equal(suites[1]?.testcase?.[0]?.skipped?.[0]?.message, "pods are simulated");
      equal(suites[1]?.testcase?.[1]?.["system-out"]?.[0], "warning: root ends soon");
    });
  });

  describe("contexts", () => {
    const kubeconfig = {
      clusters: [
        { name: "east", cluster: { server: "https://127.0.0.1:1/", "certificate-authority": "ca.pem" } },
        { name: "west", cluster: { server: "https://west.example" } },
      ],
      users: [{ name: "me", user: { token: "t" } }],
      contexts: ["east", "west"].map((name) => ({ name, context: { cluster: name, user: "me" } })),
    };
    const found = (...contexts: string[]) => kubeconfigsOf(written("config", kubeconfig), contexts, lab);

    it("are for the cluster to whose API server they lead, or that is named", () => {
      const { cluster1 = "", cluster2 = "" } = found("east", "cluster2=west");
      const east = JSON.parse(cluster1);
      equal(east["current-context"], "east");
      equal(east.clusters[0].cluster["certificate-authority"], join(folder, "ca.pem"));
      deepEqual(east.users, kubeconfig.users);
      equal(JSON.parse(cluster2).clusters[0].cluster.server, "https://west.example");
    });

    for (const [what, contexts, said] of [
      ["a context that is not there", ["north"], /--context north: .* has no context north/],
      [
        "a server that is none of the lab's",
        ["east", "west"],
        /--context west: .*no cluster of the lab. Write CLUSTER=west/,
      ],
      ["a cluster without a context", ["east"], /No --context leads to cluster2/],
    ] as const) {
      it(`refuses ${what}`, () => throws(() => found(...contexts), said));
    }

    it("and their file come together", () => {
      throws(() => parseOptions(["--context", "a"]), /--kubeconfig FILE and --context CONTEXT belong together/);
      throws(() => parseOptions(["--kubeconfig", "a"]), /belong together/);
      throws(() => parseOptions(["--nothing"]), /npm run verify -- \[options\]/);
    });
  });

  describe("outputs in a file", () => {
    it("are those of a lab", () => {
      const { lab: read, kubeconfigs } = outputsInFile(
        written("outputs", { lab: JSON.stringify(lab), kubeconfigs: { cluster1: "c" } }),
      );
      deepEqual([read, kubeconfigs], [lab, { cluster1: "c" }]);
    });

    it("are those of a rehearsal that was kept, with its administrators' kubeconfigs", () => {
      const file = join(folder, "kept.json");
      const output = (value: unknown) => ({ value, secret: true });
      const outputs = { lab: output(JSON.stringify(lab)), kubeconfigs: output({ cluster1: "aws", cluster2: "aws" }) };
      equal(writeOutputs(file, outputs, { cluster1: "c" }), true);
      const read = outputsInFile(file);
      deepEqual([read.lab, read.kubeconfigs], [lab, { cluster1: "c" }]);
      match(read.balancersRest ?? "", /kept rehearsal/);
      equal(statSync(file).mode & 0o777, 0o600);
      equal(writeOutputs(join(folder, "none.json"), {}, {}), false, "an up that failed has no lab");
    });

    for (const [what, value, said] of [
      [
        "without secrets",
        { lab: "[secret]" },
        /its secrets are left out. Write it with pulumi stack output --json --show-secrets/,
      ],
      ["of something else", { url: "x" }, /it has no outputs of a lab/],
    ] as const) {
      it(`are refused ${what}`, () => throws(() => outputsInFile(written("outputs", value)), said));
    }

    it("are refused without a file", () => throws(() => outputsInFile(join(folder, "no")), /--outputs .*ENOENT/));
  });

  /** Runs the command itself. */
  const run = (...args: string[]) =>
    new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
      const program = join(__dirname, "../../checks/run/verify.ts");
      execFile(process.execPath, ["--import", "tsx", program, ...args], (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, stdout, stderr }),
      );
    });

  it("ends with 2 when clusters cannot be reached, and says it once for each", async function () {
    this.timeout(60_000);
    const kubeconfig = (server: string) =>
      JSON.stringify({
        clusters: [{ name: "c", cluster: { server } }],
        users: [{ name: "u", user: { token: "t" } }],
        contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
        "current-context": "c",
      });
    const kubeconfigs = { cluster1: kubeconfig("https://127.0.0.1:1"), cluster2: kubeconfig("https://127.0.0.1:2") };
    const { code, stdout, stderr } = await run(
      "--outputs",
      written("outputs", { lab: JSON.stringify(lab), kubeconfigs }),
    );
    equal(code, 2);
    equal(stdout, "");
    match(stderr, /^\S*cluster1 \(https:\/\/127\.0\.0\.1:1\) cannot be asked: .*ECONNREFUSED.*\n.*cluster2 .*\n$/);
  });

  it("ends with 2 and one sentence when there is no such stack or option", async function () {
    this.timeout(60_000);
    const { code, stderr } = await run("--outputs", join(folder, "no"));
    equal(code, 2);
    equal(stderr.trim().split("\n").length, 1, stderr);
  });

  it("shows at a terminal what is still asked, and nothing elsewhere", () => {
    for (const isTTY of [true, false]) {
      let text = "";
      const progress = new CheckProgress({ isTTY, columns: 30, write: (more) => (text += more) });
      for (const what of ["a", "b", "b"]) progress.asked(what);
      progress.answered("b");
      equal(text.endsWith("1 of 3 answered; a, b"), isTTY);
      progress.end();
      equal(text.endsWith("\r\u001b[K"), isTTY);
    }
  });

  describe("stand-ins for services", () => {
    /** What is done to them, in order. */
    const pods = (done: string[], raise = async () => {}) => ({
      raise: async () => {
        done.push("raise");
        await raise();
      },
      remove: async () => {
        done.push("remove");
      },
    });

    it("are there while checks are asked, and go", async () => {
      const done: string[] = [];
      const user = new EventEmitter();
      const found = await withProbes(pods(done), async () => done.push("ask"), user);
      deepEqual([found, done], [2, ["raise", "ask", "remove"]]);
      deepEqual(user.eventNames(), [], "signals are as they were");
    });

    it("go when the checks cannot be asked", async () => {
      const done: string[] = [];
      await rejects(
        withProbes(pods(done), () => Promise.reject(new Error("no way"))),
        /no way/,
      );
      await rejects(
        withProbes(
          pods(done, () => Promise.reject(new Error("refused"))),
          async () => {},
        ),
        /refused/,
      );
      deepEqual(done, ["raise", "remove", "raise", "remove"]);
    });

    it("go when the user interrupts", async () => {
      const done: string[] = [];
      const user = new EventEmitter();
      const never = new Promise(() => {});
      const asked = withProbes(pods(done), (interrupted) => unlessAborted(never, interrupted), user);
      user.emit("SIGINT");
      await rejects(asked, /Interrupted/);
      deepEqual(done, ["raise", "remove"]);
    });

    it("go only when what was taken away for the user's question is back", async () => {
      const done: string[] = [];
      const user = new EventEmitter();
      const asked = withProbes(
        pods(done),
        async (interrupted) => {
          user.emit("SIGTERM");
          await Promise.resolve();
          done.push("put back");
          interrupted.throwIfAborted();
        },
        user,
      );
      await rejects(asked, /Interrupted/);
      deepEqual(done, ["raise", "put back", "remove"]);
    });

    it("are not needed for what is interrupted", async () => {
      const user = new EventEmitter();
      deepEqual(await withProbes(undefined, async () => 1, user), 1);
    });

    it("are not made where pods are simulated on a cluster", async () => {
      const clusters = [["real"], ["real", "simulated"], ["simulated"]].map((names) => ({
        kube: new FakeKube(nodes.filter(({ metadata }) => names.includes(metadata.name))),
      }));
      deepEqual([await podsRun(clusters.slice(0, 2)), await podsRun(clusters)], [true, false]);
    });

    it("come no more when they are removed while they come", async () => {
      const made: string[] = [];
      let goOn = () => {};
      const kube = new FakeKube();
      kube.apply = async (object) => {
        made.push(object.metadata.name);
        await new Promise<void>((resolve) => {
          goOn = resolve;
        });
        return FakeKube.prototype.apply.call(kube, object);
      };
      const named = (kind: string, name: string) => ({ apiVersion: "v1", kind, metadata: { name } });
      const plan = {
        probes: { namespace: "first", caller: { app: "a", container: "b" }, targets: [] },
        objects: { cluster1: [named("Namespace", "first"), named("Service", "second")] },
      };
      const standIns = new ProbePods(plan, () => kube);
      const raised = standIns.raise();
      const removed = standIns.remove();
      goOn();
      await Promise.all([raised, removed]);
      deepEqual([made, kube.all("Namespace")], [["first"], []]);
    });
  });

  it("tells how long a check took, and what it expected", async () => {
    const { lab } = fakeLab({ backend: "loadbalancer", trustAnchor: "" }, { cluster1: [], cluster2: [] });
    const asked: string[] = [];
    const answered: string[] = [];
    const few = { ...lab, clusters: lab.clusters.slice(0, 1), certificates: [] };
    const checks = await runChecks(
      { ...few, certificates: [{ name: "root", ends: "2999-01-01", renewedFrom: "2998-01-01" }] as never },
      {
        watcher: { asked: (what) => asked.push(what), answered: (what) => answered.push(what) },
        patienceMs: { configuration: 1_000, packets: 1_000 },
      },
    );
    deepEqual(asked.toSorted(), answered.toSorted());
    equal(checks.length, asked.length);
    const mtu = checks.find(({ id }) => id === "mtu");
    equal(mtu?.expected, "nodes and pods have the planned MTU");
    equal((mtu?.seconds ?? 0) >= 1, true, "a failure is known only when it has lasted");
  }).timeout(60_000);
});
