import { deepEqual, equal } from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rehearseApart } from "../../rehearsal/run/apart";

describe("a rehearsal in a process of its own", function () {
  this.timeout(60_000);
  const before = process.env.TMPDIR;
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "apart-test-"));
    process.env.TMPDIR = folder;
  });
  afterEach(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    rmSync(folder, { recursive: true, force: true });
  });

  it("that cannot begin has no result, and leaves nothing", async () => {
    equal(await rehearseApart(["--stack", "there-is-none"], "ignore"), undefined);
    deepEqual(readdirSync(folder), []);
  });
});
