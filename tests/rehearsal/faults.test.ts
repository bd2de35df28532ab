import { deepEqual, equal, ok } from "node:assert/strict";
import { sweepLabs } from "../../rehearsal/sweep/labs";
import { type Ended, World } from "../support/rehearse";
import { thorough } from "../support/thorough";
import { needTools } from "../support/tools";

/** Decides which sample of the sweep is tried. */
const seed = Number(process.env.SWEEP_SEED ?? 2);

/** Operations that every lab has, up and down; creations are told by their number. */
const operations = Array.from({ length: 90 }, (_, index) => `${index + 1}`);

const labs = sweepLabs(
  { created: operations, deletions: operations.length },
  { seed, refusalsEach: 3, kills: 1, abandoned: 1 },
);
const refusals = labs[seed % (operations.length / 3)]?.faults ?? [];
const [kills, abandoned] = labs.slice(-2).map(({ faults }) => faults);

/** A sample of the sweep and of the faults that it does not try. */
describe("npm start with faults", function () {
  this.timeout(20 * 60_000);
  let world: World;
  before(async function () {
    await needTools(this);
  });
  beforeEach(() => {
    world = new World();
  });
  afterEach(() => world.close());

  const rehearse = (...faults: string[]): Promise<Ended> =>
    world.start("--stack", "istio", ...faults.flatMap((fault) => ["--fault", fault])).done;

  function passed({ code, output, result }: Ended): void {
    equal(code, 0, output);
    deepEqual(result?.faultsMissed, []);
    deepEqual(result?.destroy?.leftovers, { aws: [], kubernetes: [], state: 0 });
  }

  it(`comes to the same lab after refusals, throttling and kills (seed ${seed})`, async () => {
    const ended = await rehearse(
      ...refusals,
      "fail:create:aws:eks/cluster:Cluster::cluster2-eksCluster",
      "fail:create:kubernetes:helm.sh/v3:Release::cluster1-istio-istiod",
      "throttle:ec2:20",
      ...(kills ?? []),
    );
    passed(ended);
    const { up, destroy, secondUp, resources, checks } = ended.result ?? {};
    // Two refusals may strike one attempt, but not these two: after the first the engine begins nothing new.
    ok(up && up.attempts >= 3, `${up?.attempts} attempts`);
    equal(destroy?.attempts, 2);
    equal(secondUp?.changes, 0);
    ok(resources && resources > 100);
    ok(checks?.every(({ status }) => status !== "fail"));
  });

  it(`takes down what a killed engine left, when the user gives up (seed ${seed})`, async () => {
    const ended = await rehearse(...(abandoned ?? []));
    passed(ended);
    equal(ended.result?.abandoned, true);
    deepEqual(ended.result?.checks, []);
  });

  thorough(
    "waits for a load balancer without an address, and for an API server that is lost during destroy",
    async () => {
      const ended = await rehearse(
        "no-address:istio-system/istio-eastwestgateway",
        "lose-api:cluster2",
        "late:5",
        "stale:10",
        "fail:delete:3",
      );
      passed(ended);
      equal(ended.result?.up?.attempts, 2);
      ok((ended.result?.destroy?.attempts ?? 0) >= 2);
    },
  );
});
