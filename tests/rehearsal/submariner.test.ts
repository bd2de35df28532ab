import { deepEqual } from "node:assert/strict";
import { demoFindings, demoInOrder } from "../support/findings";
import { allPassed, describeRehearsals, wentWell } from "../support/rehearsal";

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

describeRehearsals("npm start with Submariner", (world) => {
  for (const [what, settings] of [
    ["brings the lab up over peering and takes it down without a trace", []],
    [
      "does so over the internet, by WireGuard, with two gateways each and global addresses",
      [
        "interconnect=internet",
        "exposure=public",
        'submariner={"cableDriver":"wireguard","gateways":2,"globalnet":true}',
      ],
    ],
  ] as const) {
    it(what, async () => {
      const config = settings.flatMap((setting) => ["--config", setting]);
      const ended = await world().start("--stack", "submariner", ...config).done;
      wentWell(ended, "submariner");
      allPassed(ended, checks);
      deepEqual(demoFindings(ended), demoInOrder);
    });
  }
});
