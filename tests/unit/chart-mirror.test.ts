import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { UserError } from "../../rehearsal/base/user-error";
import { buildMirror, checkMirror } from "../../rehearsal/ground/chart-mirror";
import { packCharts } from "../../rehearsal/ground/packed-charts";

const repository = "https://charts.example.org";

describe("chart mirror", () => {
  let scratch: string;
  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), "mirror-"));
  });
  afterEach(() => rmSync(scratch, { recursive: true }));

  function chart(folder: string, name: string, version: string): void {
    mkdirSync(join(scratch, folder), { recursive: true });
    writeFileSync(join(scratch, folder, "Chart.yaml"), `apiVersion: v2\nname: ${name}\nversion: ${version}\n`);
  }

  it("accepts a mirror that holds every wanted chart", () => {
    writeFileSync(join(scratch, "base-1.30.3.tgz"), "");
    checkMirror(scratch, [{ name: "base", version: "1.30.3", repository }]);
  });

  it("names every missing chart and how to fetch it in one sentence", () => {
    writeFileSync(join(scratch, "istiod-1.30.3.tgz"), "");
    writeFileSync(join(scratch, "base-1.30.2.tgz"), "");
    const wanted = ["base", "istiod", "gateway"].map((name) => ({ name, version: "1.30.3", repository }));
    assert.throws(
      () => checkMirror(scratch, wanted),
      (error) => {
        assert.ok(error instanceof UserError);
        assert.equal(
          error.message,
          `The chart mirror ${scratch} lacks base 1.30.3, gateway 1.30.3: fetch with ` +
            `\`helm pull base --repo ${repository} --version 1.30.3 --destination ${scratch} && ` +
            `helm pull gateway --repo ${repository} --version 1.30.3 --destination ${scratch}\`.`,
        );
        return true;
      },
    );
  });

  it("treats a folder that is not there as an empty mirror", () => {
    const wanted = [{ name: "base", version: "1.30.3", repository }];
    assert.throws(() => checkMirror(join(scratch, "nowhere"), wanted), UserError);
  });

  it("packages each chart below its sources once and leaves subcharts to their parents", async () => {
    chart("istio/base", "base", "1.30.3");
    chart("linkerd/crds", "linkerd-crds", "2.20.0");
    chart("linkerd/crds/charts/part", "part", "1.0.0");
    const target = join(scratch, "out", "mirror");
    const archives = await buildMirror(fakeHelm(), target, [join(scratch, "istio"), join(scratch, "linkerd")]);
    assert.deepEqual(
      archives.map((path) => basename(path)),
      ["base-1.30.3.tgz", "linkerd-crds-2.20.0.tgz"],
    );
    for (const archive of archives) assert.ok(existsSync(archive));
  });

  it("refuses two charts of one name and version before it packages any", async () => {
    chart("istio/base", "base", "1.0.0");
    chart("other/base", "base", "1.0.0");
    const target = join(scratch, "out");
    await assert.rejects(buildMirror(fakeHelm(), target, [scratch]), /are both base 1\.0\.0/);
    assert.ok(!existsSync(target));
  });

  it("is filled from the charts' own repositories where there is no Go", async () => {
    const wanted = [{ name: "base", version: "1.31.1", repository }];
    const folders = { mirror: join(scratch, "mirror"), scratch };
    const log = join(scratch, "log");
    const pull = script("pull", `echo "$@" > ${log}`);
    assert.equal(await packCharts("istio", wanted, { helm: pull, ...folders }, false), "upstream");
    assert.equal(
      readFileSync(log, "utf8").trim(),
      `pull base --repo ${repository} --version 1.31.1 --destination ${folders.mirror}`,
    );
    const silent = script("silent", "echo 'Error: no such host' >&2; exit 1");
    await assert.rejects(packCharts("istio", wanted, { helm: silent, ...folders }, false), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(
        error.message,
        /^There is no Go here [^\n]*\(Error: no such host\): install Go [^\n]*--charts DIR\.$/,
      );
      return true;
    });
  });

  function script(name: string, text: string): string {
    const path = join(scratch, name);
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  /** Answers `helm package FOLDER --destination TARGET` with an empty archive; unit tests need no real helm. */
  function fakeHelm(): string {
    const field = (name: string) => `$(sed -n 's/^${name}: //p' "$2/Chart.yaml")`;
    return script("helm", `: > "$4/${field("name")}-${field("version")}.tgz"`);
  }
});
