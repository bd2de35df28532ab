import { deepEqual, equal, ok } from "node:assert/strict";
import { demoFindings, demoInOrder, withoutDemo } from "../support/findings";
import { allPassed, describeRehearsals, findingsThat, wentWell } from "../support/rehearsal";
import { thorough } from "../support/thorough";

const checks = {
  each: [
    "mtu",
    "linkerd-running",
    "linkerd-proxies",
    "linkerd-gateway-api",
    "linkerd-issuer",
    "linkerd-gateway-address",
  ],
  both: ["linkerd-issuers-differ", "linkerd-credentials", "linkerd-link", "linkerd-mirrors", "linkerd-gateway-probe"],
};

describeRehearsals("npm start with Linkerd", (world) => {
  it("brings the lab up, asks every check of every cluster and direction, and takes it down without a trace", async () => {
    const ended = await world().start("--stack", "linkerd").done;
    wentWell(ended, "linkerd");
    allPassed(ended, checks);
    deepEqual(demoFindings(ended), demoInOrder);
  });

  thorough(
    "links one direction when one is named, pod to pod where that is asked for, with viz, and no secret in clear",
    async () => {
      const up = await world().start(
        "--stack",
        "linkerd",
        "--config",
        'linkerd={"mode":"remote-discovery","mirrorInto":["cluster2"],"viz":true}',
        ...withoutDemo,
        "--keep",
      ).done;
      equal(up.code, 0, up.output);
      deepEqual(findingsThat(up, "skipped"), [
        "linkerd-credentials cluster1 cluster2",
        "linkerd-gateway-address cluster1",
        "linkerd-gateway-address cluster2",
        "linkerd-gateway-probe cluster1 cluster2",
        "linkerd-gateway-probe cluster2 cluster1",
        "linkerd-link cluster1 cluster2",
        "linkerd-mirrors cluster1 cluster2",
        "linkerd-proxies cluster1",
        "linkerd-proxies cluster2",
      ]);
      ok(findingsThat(up, "pass").includes("linkerd-link cluster2 cluster1"));
      deepEqual(findingsThat(up, "fail"), []);
      ok(up.result?.created.includes("kubernetes:helm.sh/v3:Release::cluster1-linkerd-viz"));
      deepEqual(await world().exposure(up), []);

      const down = await world().start("--down").done;
      equal(down.code, 0, down.output);
      deepEqual(down.result?.destroy?.leftovers, { aws: [], kubernetes: [], state: 0 });
    },
  );
});
