import { ok, rejects } from "node:assert/strict";
import { setTimeout as real } from "node:timers/promises";
import { AwsClock } from "../../rehearsal/aws/account/clock";

describe("AWS clock", () => {
  it("lets sleepers wake in the order of their time", async () => {
    const clock = new AwsClock(100_000, 0);
    const woken: number[] = [];
    await Promise.all([300, 100, 200].map((seconds) => clock.sleep(seconds).then(() => woken.push(seconds))));
    ok(woken.join() === "100,200,300", woken.join());
    ok(clock.now() >= 300);
  });

  it("stands still while somebody works, and goes on while the worker sleeps", async () => {
    const clock = new AwsClock(10_000, 0);
    let during = 0;
    await Promise.all([
      clock.sleep(1),
      clock.work(async () => {
        const before = clock.now();
        await real(50);
        during = clock.now() - before;
        await clock.sleep(10);
      }),
    ]);
    ok(during === 0, `${during} AWS seconds passed during real work`);
    ok(clock.now() >= 10);
  });

  it("goes on when work secretly waits for time to pass", async () => {
    const clock = new AwsClock(10_000, 0);
    const address = clock.sleep(5);
    await clock.work(() => address, 20);
    ok(clock.now() >= 5);
  });

  it("goes on while work waits openly", async () => {
    const clock = new AwsClock(10_000, 0);
    const address = clock.sleep(5);
    await clock.work(() => clock.wait(() => address));
    ok(clock.now() >= 5);
  });

  it("stands still while the engine thinks", async () => {
    let thinking = true;
    const clock = new AwsClock(1000, 5, () => thinking);
    const over = new AbortController();
    const asleep = clock.sleep(1e9, over.signal);
    await real(60);
    ok(clock.now() === 0, `${clock.now()} AWS seconds passed`);
    thinking = false;
    while (clock.now() === 0) await real(5);
    // The next look finds it at work again.
    thinking = true;
    for (let before = -1; clock.now() !== before; await real(60)) before = clock.now();
    over.abort(new Error("seen enough"));
    await rejects(asleep, /seen enough/);
  });

  it("ends a sleep that is aborted with the reason, and forgets it", async () => {
    const clock = new AwsClock(1, 0);
    const abort = new AbortController();
    const sleep = clock.sleep(1e6, abort.signal);
    abort.abort(new Error("cancelled"));
    await rejects(sleep, /cancelled/);
  });
});
