import { deepEqual, equal, ok } from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { Callers } from "../../rehearsal/run/callers";
import type { FakeLab } from "../support/checks";
import { packetsLab } from "../support/packets-lab";

/** What fortio writes of calls with these codes. */
const fortio = (codes: Readonly<Record<string, number>>) => {
  const count = Object.values(codes).reduce((sum, each) => sum + each, 0);
  const percentiles = [50, 90, 99, 99.9].map((each) => ({ Percentile: each, Value: 0.001 }));
  const result = {
    ActualQPS: 10,
    RetCodes: codes,
    DurationHistogram: { Count: count, Avg: 0.001, Percentiles: percentiles },
  };
  return { stdout: JSON.stringify(result) };
};

/** A lab whose stand-ins answer so, and whose primary has this connection of a copy. */
function lab(codes: Readonly<Record<string, number>>, link: () => string): FakeLab {
  const fake = packetsLab();
  for (const kube of Object.values(fake.kube)) {
    kube.answering = (_pod, _container, [program, ...args]) => {
      if (program === "redis-cli") return { stdout: args[0] === "client" ? `id=${link()} idle=0` : "PONG" };
      return fortio(args.includes("-grpc") ? { SERVING: 5 } : codes);
    };
    const exec = kube.exec.bind(kube);
    // Calls take a while: else nobody would ever get round to ending them.
    kube.exec = async (...asked) => {
      await pause(1);
      return exec(...asked);
    };
  }
  return fake;
}

async function feltIn({ lab: live }: FakeLab) {
  const callers = await Callers.begin(live);
  await pause(20);
  return callers.end();
}

describe("callers while a lab is changed", () => {
  it("call on kept connections and on new ones, and count what fails", async () => {
    const { calls } = await feltIn(lab({ 200: 9, 503: 1 }, () => "7"));
    const kinds = calls.map(({ from, target, connections }) => [from, target, connections].join(" ")).toSorted();
    deepEqual(kinds, [
      "cluster1 probe-grpc.probes:8079 kept",
      "cluster1 probe-grpc.probes:8079 new",
      "cluster1 probe-http.probes:80 kept",
      "cluster1 probe-http.probes:80 new",
      "cluster2 probe-http.probes:80 kept",
      "cluster2 probe-http.probes:80 new",
      "cluster2 redis-cart.boutique.svc.cluster.local:6379 new",
    ]);
    for (const { target, calls: all, failed } of calls) {
      ok(all > 0);
      equal(failed, target.startsWith("probe-http") ? all / 10 : 0, target);
    }
  });

  it("count a round in which nothing is answered", async () => {
    const fake = lab({}, () => "7");
    const { calls } = await feltIn(fake);
    for (const { target, calls: all, failed } of calls.filter((each) => each.target.startsWith("probe-http"))) {
      ok(all > 0 && failed === all, target);
    }
  });

  it("tell whether the connection by which Redis is copied lived on", async () => {
    deepEqual((await feltIn(lab({ 200: 1 }, () => "7"))).replications, { before: 1, livedOn: 1 });
    let id = 7;
    deepEqual((await feltIn(lab({ 200: 1 }, () => `${id++}`))).replications, { before: 1, livedOn: 0 });
  });
});
