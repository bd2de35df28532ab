import { deepEqual, equal } from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { World } from "../support/rehearse";
import { needTools } from "../support/tools";

/** Istio's keys and tokens are looked for where its lab is kept; this is the backend with a key that is shared beforehand. */
describe("secrets of a lab with a pre-shared key", function () {
  this.timeout(15 * 60_000);
  before(async function () {
    await needTools(this);
  });

  it("are nowhere in clear: not in state, logs, report or result", async () => {
    const world = new World();
    try {
      const up = await world.start("--stack", "submariner", "--config", 'demo={"enabled":false}', "--keep").done;
      equal(up.code, 0, up.output);
      deepEqual(await world.exposure(up), []);
      // Kubernetes' garbage collector looks for new kinds every 30 s. Before it knows the operator's, a deletion does not
      // wait for the operator to sign off, and the lab would come down in the wrong order: on AWS minutes have gone by.
      await pause(35_000);
      const down = await world.start("--down").done;
      equal(down.code, 0, down.output);
    } finally {
      world.close();
    }
  });
});
