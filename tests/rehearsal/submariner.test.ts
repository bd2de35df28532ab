import { deepEqual, equal, ok } from "node:assert/strict";
import { demoFindings, demoInOrder } from "../support/findings";
import { keepNamespaces, letNamespacesGo } from "../support/refusal";
import { allPassed, describeRehearsals, wentWell } from "../support/rehearsal";
import { thorough } from "../support/thorough";

const checks = {
  each: [
    "mtu",
    "submariner-running",
    "submariner-source-check",
    "submariner-resource",
    "submariner-broker",
    "submariner-key-secret",
    "submariner-gateways",
    "submariner-dns",
    "submariner-exports",
  ],
  both: ["submariner-pools", "submariner-addresses", "submariner-key", "submariner-connection", "submariner-routes"],
};

/** Istio's keys and tokens are looked for where its lab is kept; this is the backend with a key that is shared beforehand. */
describeRehearsals("npm start with Submariner", (world) => {
  it("brings the lab up over peering, no secret in clear, keeps it while it cannot go, and takes it down without a trace", async () => {
    const up = await world().start("--stack", "submariner", "--keep").done;
    equal(up.code, 0, up.output);
    allPassed(up, checks);
    deepEqual(demoFindings(up), demoInOrder);
    deepEqual(await world().exposure(up), []);

    const kube = world().kube("submariner-cluster1");
    await keepNamespaces(kube);
    const kept = await world().start("--down", "--keep").done;
    equal(kept.code, 1, kept.output);
    equal(kept.result?.destroy?.result, "failed");
    deepEqual(world().failureLogs(), [], "logs are copied, although they stay where they are");
    ok(world().scratches().length > 0, "the lab is gone");

    await letNamespacesGo(kube);
    const down = await world().start("--down").done;
    equal(down.code, 0, down.output);
    deepEqual(down.result?.destroy?.leftovers, { aws: [], kubernetes: [], state: 0 });
  });

  thorough("does so over the internet, by WireGuard, with two gateways each and global addresses", async () => {
    const ended = await world().start(
      ...["--stack", "submariner", "--config", "interconnect=internet", "--config", "exposure=public"],
      ...["--config", 'submariner={"cableDriver":"wireguard","gateways":2,"globalnet":true}'],
    ).done;
    wentWell(ended, "submariner");
    allPassed(ended, checks);
    deepEqual(demoFindings(ended), demoInOrder);
  });
});
