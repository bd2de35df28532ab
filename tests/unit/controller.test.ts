import { equal, ok } from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Controller } from "../../rehearsal/aws/cluster/controller";

/** Tells of changes when a test says so. */
class Changes {
  readonly asked: string[] = [];
  private readonly tellers: (() => void)[] = [];

  async watch(apiVersion: string, kind: string, changed: () => void, signal: AbortSignal): Promise<void> {
    this.asked.push(`${apiVersion} ${kind}`);
    this.tellers.push(changed);
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
  }

  tell(times = 1): void {
    for (let n = 0; n < times; n++) for (const each of this.tellers) each();
  }
}

class Counting extends Controller {
  looks = 0;
  /** What a look does. */
  during: () => void | Promise<void> = () => {};

  constructor(changes: Changes, resyncMs: number) {
    super({ kube: changes, kinds: [["v1", "Service"]], resyncMs });
  }

  protected override async reconcile(): Promise<void> {
    this.looks++;
    await this.during();
  }
}

const never = 600_000;

describe("a controller that is told of changes", () => {
  const changes = () => new Changes();
  let controller: Counting;
  afterEach(() => controller.stop());

  it("looks once, and again when something changed", async () => {
    const told = changes();
    controller = new Counting(told, never);
    controller.start();
    await sleep(60);
    equal(controller.looks, 1);
    told.tell();
    await sleep(60);
    equal(controller.looks, 2);
    equal(told.asked.join(), "v1 Service");
  });

  it("answers many changes with one look", async () => {
    const told = changes();
    controller = new Counting(told, never);
    controller.start();
    await sleep(20);
    told.tell(50);
    await sleep(60);
    equal(controller.looks, 2);
  });

  it("misses nothing that changes while it looks", async () => {
    const told = changes();
    controller = new Counting(told, never);
    let first = true;
    controller.during = () => {
      if (first) told.tell();
      first = false;
    };
    controller.start();
    await sleep(80);
    equal(controller.looks, 2);
  });

  it("looks from time to time though nobody tells", async () => {
    controller = new Counting(changes(), 10);
    controller.start();
    await sleep(100);
    ok(controller.looks > 2, `${controller.looks} looks`);
  });

  it("stops at once", async () => {
    controller = new Counting(changes(), never);
    controller.start();
    await sleep(20);
    await controller.stop();
    equal(controller.looks, 1);
  });
});
