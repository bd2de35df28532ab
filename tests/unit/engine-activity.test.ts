import { equal, ok } from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { setTimeout as real } from "node:timers/promises";
import { engineActivity } from "../../rehearsal/engine/activity";

/** Works for a moment whenever it is told to, and waits otherwise. */
const worker = `process.on("message", () => {
  for (const end = Date.now() + 50; Date.now() < end; );
  process.send("done");
});
process.send("ready");`;

describe("activity of the engine", () => {
  before(function () {
    if (!existsSync("/proc/self/schedstat")) this.skip();
  });

  it("is seen when it works and not when it waits", async () => {
    const child = spawn(process.execPath, ["-e", worker], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    try {
      await once(child, "message");
      const active = engineActivity(process.execPath);
      ok(active);
      // A new process has this and that to do; a look also finds it in the first place.
      active();
      while (active()) await real(20);
      child.send("work");
      await once(child, "message");
      equal(active(), true);
      equal(engineActivity("/no/such/engine")?.(), false);
    } finally {
      child.kill();
    }
  });
});
