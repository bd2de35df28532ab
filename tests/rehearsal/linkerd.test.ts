import { deepEqual, equal, ok } from "node:assert/strict";
import { backendFindings, demoFindings, demoInOrder, withoutDemo } from "../support/findings";
import { type Ended, World } from "../support/rehearse";
import { needTools } from "../support/tools";

const each = ["mtu", "linkerd-gateway-api", "linkerd-issuer", "linkerd-gateway-address"];
const both = ["linkerd-issuers-differ", "linkerd-credentials", "linkerd-link"];

describe("npm start with Linkerd", function () {
  this.timeout(15 * 60_000);
  let world: World;
  before(async function () {
    await needTools(this);
  });
  beforeEach(() => {
    world = new World();
  });
  afterEach(() => {
    deepEqual(world.scratches(), [], "a scratch folder is left");
    deepEqual(world.processes(), [], "a process is left");
    world.close();
  });

  function succeeded({ code, output, result }: Ended): void {
    equal(code, 0, output);
    equal(result?.backend, "linkerd");
    equal(result?.up?.result, "succeeded");
    equal(result?.secondUp?.changes, 0);
    equal(result?.destroy?.result, "succeeded");
    deepEqual(result?.destroy?.leftovers, { aws: [], kubernetes: [], state: 0 });
  }

  /** `id cluster peer` of the checks that ended so. */
  function checks(ended: Ended, status: string): string[] {
    return backendFindings(ended)
      .filter((check) => check.status === status)
      .map(({ id, cluster, peer }) => `${id} ${cluster}${peer ? ` ${peer}` : ""}`)
      .sort();
  }

  it("brings the lab up, asks every check of every cluster and direction, and takes it down without a trace", async () => {
    const ended = await world.start("--stack", "linkerd").done;
    succeeded(ended);
    const expected = [
      ...each.flatMap((id) => [`${id} cluster1`, `${id} cluster2`]),
      ...both.flatMap((id) => [`${id} cluster1 cluster2`, `${id} cluster2 cluster1`]),
    ];
    deepEqual(checks(ended, "pass"), expected.sort());
    equal(backendFindings(ended).length, expected.length);
    deepEqual(demoFindings(ended), demoInOrder(true));
  });

  it("links one direction when one is named, pod to pod where that is asked for, with viz, and no secret in clear", async () => {
    const up = await world.start(
      "--stack",
      "linkerd",
      "--config",
      'linkerd={"mode":"remote-discovery","mirrorInto":["cluster2"],"viz":true}',
      ...withoutDemo,
      "--keep",
    ).done;
    equal(up.code, 0, up.output);
    deepEqual(checks(up, "skipped"), [
      "linkerd-credentials cluster1 cluster2",
      "linkerd-gateway-address cluster1",
      "linkerd-gateway-address cluster2",
      "linkerd-link cluster1 cluster2",
    ]);
    ok(checks(up, "pass").includes("linkerd-link cluster2 cluster1"));
    deepEqual(checks(up, "fail"), []);
    ok(up.result?.created.includes("kubernetes:helm.sh/v3:Release::cluster1-linkerd-viz"));
    deepEqual(await world.exposure(up), []);

    const down = await world.start("--down").done;
    equal(down.code, 0, down.output);
    deepEqual(down.result?.destroy?.leftovers, { aws: [], kubernetes: [], state: 0 });
  });
});
