import { deepEqual, equal, match, ok } from "node:assert/strict";
import { demoFindings, demoInOrder } from "../support/findings";
import { allPassed, describeRehearsals, wentWell } from "../support/rehearsal";

/** Istio's state, and clusters that know each other. */
const checks = {
  each: [
    "mtu",
    "calisti-running",
    "istio-proxies",
    "istio-proxy-roots",
    "istio-authority",
    "istio-gateway-address",
    "calisti-control-plane",
    "calisti-gateway-port",
    "calisti-exposed-hosts",
    "calisti-injection",
    "calisti-cluster",
  ],
  both: [
    "istio-authorities-differ",
    "istio-identities-differ",
    "istio-remote-secret",
    "istio-knows-peer",
    "calisti-peer-cluster",
  ],
};

describeRehearsals("npm start with Calisti's open core", (world) => {
  it("brings the lab up without a configured mirror and takes it down without a trace", async () => {
    const ended = await world().start("--stack", "calisti").done;
    wentWell(ended, "calisti");
    allPassed(ended, checks);
    deepEqual(demoFindings(ended), demoInOrder);
  });

  it("says how to make a mirror when it is to use none, and starts nothing", async () => {
    const { code, output } = await world().start("--stack", "calisti", "--charts", "upstream").done;
    equal(code, 1);
    match(output, /charts\.mirror: is missing/);
    match(output, /git clone .*istio-operator/);
    ok(!output.includes("    at "), output);
  });
});
