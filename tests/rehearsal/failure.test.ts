import { deepEqual, equal, match, ok } from "node:assert/strict";
import { cpSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildMirror } from "../../rehearsal/ground/chart-mirror";
import { ensureTools } from "../../rehearsal/tools/tools";
import { found } from "../support/exposure";
import { keepNamespaces } from "../support/refusal";
import { describeRehearsals } from "../support/rehearsal";

/** What a template says that fails, and gives away the key of the tunnels. */
const template = `{{ fail (printf "the key is %s" (index (lookup "v1" "Secret" .Release.Namespace "submariner-preshared-key").data "psk")) }}`;

/** A lab whose operator cannot be installed. */
describeRehearsals("npm start with a chart that fails", (world) => {
  /** The stand-in charts, the operator's spoilt, and options with which they are taken. */
  async function withBrokenChart(): Promise<string[]> {
    const [charts, mirror] = [join(world().folder, "charts"), join(world().folder, "mirror")];
    cpSync(resolve("rehearsal/charts/submariner"), charts, { recursive: true });
    writeFileSync(join(charts, "operator", "templates", "broken.yaml"), template);
    const { helm } = await ensureTools(() => {});
    await buildMirror(helm, mirror, [charts]);
    return ["--stack", "submariner", "--config", 'demo={"enabled":false}', "--charts", mirror];
  }

  it("leaves logs without secrets, and says where as the last thing", async () => {
    const { done } = world().start(...(await withBrokenChart()));
    const known = await world().secretsUntil(done);
    const { code, output, result } = await done;

    equal(code, 1, output);
    equal(result?.up?.result, "failed");
    deepEqual(result?.destroy?.leftovers, { aws: [], kubernetes: [], state: 0 });
    const folder = world().failureFolder() ?? "none";
    match(folder, /^failed-submariner-\d{8}T\d{6}Z$/);
    ok(output.trimEnd().endsWith(folder), output);

    const logs = new Map(
      world()
        .failureLogs()
        .map(({ where, text }) => [where, text]),
    );
    const components = [
      "etcd",
      "kube-apiserver",
      "kube-controller-manager",
      "kube-scheduler",
      "kwok-controller",
      "events",
    ];
    const ofClusters = ["cluster1", "cluster2"].flatMap((cluster) =>
      components.map((component) => join(`submariner-${cluster}`, `${component}.log`)),
    );
    deepEqual(
      [...logs.keys()].sort(),
      [...ofClusters, "account.json", "controllers.log", "engine.log", "journal.jsonl", "result.json"].sort(),
    );
    for (const [name, text] of logs) ok(text.length > 0, `${name} is empty`);

    match(logs.get("engine.log") ?? "", /kubernetes:helm.sh\/v3:Release .*the key is \[secret\]/);
    match(logs.get("controllers.log") ?? "", /submariner-cluster1 create .*: done/);
    const journal = (logs.get("journal.jsonl") ?? "")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    ok(
      journal.some(
        ({ type, error }) => type === "kubernetes:helm.sh/v3:Release" && error?.includes("the key is [secret]"),
      ),
    );

    ok(
      known.some(({ name }) => name.includes("submariner-preshared-key")),
      "the key was not there to be found",
    );
    deepEqual(found(world().failureLogs(), known), []);
  });

  it("keeps the lab when asked to, and leaves logs without secrets when it cannot be taken down", async () => {
    const up = await world().start(...(await withBrokenChart()), "--keep").done;
    equal(up.code, 1, up.output);
    equal(up.result?.up?.result, "failed");
    equal(up.result?.destroy, undefined);
    match(up.output, /export KUBECONFIG=/);
    ok(
      world()
        .processes()
        .some((line) => line.includes("kube-apiserver")),
      "the API servers are gone",
    );
    deepEqual(world().failureLogs(), []);

    const known = await world().secrets();
    ok(known.length > 0, "there is nothing to be found");
    await keepNamespaces(world().kube("submariner-cluster1"));
    const down = await world().start("--down").done;
    equal(down.code, 1, down.output);
    equal(down.result?.destroy?.result, "failed");
    const logs = world().failureLogs();
    ok(logs.some(({ where }) => where === "engine.log"));
    ok(logs.some(({ where }) => where.endsWith("kube-apiserver.log")));
    deepEqual(found(logs, known), []);
  });
});
