import { deepEqual, equal } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lackingCapabilities, runcOf } from "../../rehearsal/nodes/runc";

/** Of Linux 6.18, all but CAP_SYS_RESOURCE. */
const bounded = "Name:\tnode\nCapBnd:\t000001fffeffffff\n";
const whole = "CapBnd:\t000001ffffffffff\n";

describe("runc", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "runc-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("knows what the machine lacks", () => {
    deepEqual(lackingCapabilities(bounded), ["CAP_SYS_RESOURCE"]);
    deepEqual(lackingCapabilities(whole), []);
  });

  it("is itself where nothing lacks", () => equal(runcOf("/usr/sbin/runc", folder, whole), "/usr/sbin/runc"));

  it("does not ask for what lacks, of containers and of what is run in them", () => {
    const runc = runcOf("/bin/echo", join(folder, "new"), bounded);
    mkdirSync(join(folder, "bundle"));
    const asked = { bounding: ["CAP_SYS_RESOURCE", "CAP_BPF", "CAP_SYS_RESOURCE"], effective: ["CAP_SYS_RESOURCE"] };
    const files = [join(folder, "bundle", "config.json"), join(folder, "process.json")];
    for (const file of files) writeFileSync(file, JSON.stringify(asked));
    const [bundle = "", further = ""] = [join(folder, "bundle"), files[1]];
    const said = execFileSync(runc, ["--root", "/run", "create", "--bundle", bundle, "--pid-file", "a b", "id"]);
    equal(`${said}`, `--root /run create --bundle ${bundle} --pid-file a b id\n`);
    execFileSync(runc, ["exec", "--process", further, "id"]);
    for (const file of files) {
      deepEqual(JSON.parse(readFileSync(file, "utf8")), { bounding: ["CAP_BPF"], effective: [] });
    }
  });
});
