import { deepEqual, equal } from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endedComponents, lastWords } from "../../rehearsal/control-planes/components";
import { freePorts } from "../../rehearsal/control-planes/ports";

describe("components of a control plane", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "components-"));
    for (const name of ["pids", "logs"]) mkdirSync(join(folder, name));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const writePid = (component: string, pid: string) => writeFileSync(join(folder, "pids", `${component}.pid`), pid);

  it("have ended when they were started and no process is there any more", async () => {
    const child = spawn("true");
    await once(child, "exit");
    writePid("kube-scheduler", String(child.pid));
    writePid("etcd", String(process.pid));
    writePid("kwok", "");
    deepEqual(endedComponents(folder), ["kube-scheduler"]);
  });

  it("have not ended where none was started", () => {
    deepEqual(endedComponents(join(folder, "nowhere")), []);
  });

  it("are quoted with the last line of their log", () => {
    writeFileSync(join(folder, "logs", "etcd.log"), "first\nlast\n");
    equal(lastWords(folder, "etcd"), "etcd: last");
    equal(lastWords(folder, "kwok"), "");
  });

  it("get ports that no other gets", async () => {
    const ports = (await Promise.all([freePorts(6), freePorts(6)])).flat();
    equal(new Set(ports).size, 12);
  });
});
