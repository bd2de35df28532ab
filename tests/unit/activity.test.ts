import { ok } from "node:assert/strict";
import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { Activity } from "../../rehearsal/ground/activity";

describe("activity of a process", () => {
  it("is what it computes, not that it is there", async () => {
    const program = "setTimeout(() => { for (;;); }, 1000)";
    const child = spawn(process.execPath, ["-e", program]);
    try {
      const activity = new Activity(() => [child.pid ?? 0]);
      const looks: boolean[] = [];
      for (let look = 0; look < 400 && !(looks.includes(false) && looks.at(-1)); look++) {
        await pause(50);
        looks.push(activity.isThinking());
      }
      ok(looks.includes(false), "never idle, though it waits for a second");
      ok(looks.at(-1), "idle, though it computes without end");
    } finally {
      child.kill("SIGKILL");
    }
  });
});
