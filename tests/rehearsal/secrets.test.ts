import { deepEqual, equal, ok } from "node:assert/strict";
import type { KubeClient } from "../../checks/kube/client";
import { found } from "../support/exposure";
import { World } from "../support/rehearse";
import { needTools } from "../support/tools";

/** Istio's keys and tokens are looked for where its lab is kept; this is the backend with a key that is shared beforehand. */
describe("secrets of a lab with a pre-shared key", function () {
  this.timeout(15 * 60_000);
  let world: World;
  before(async function () {
    await needTools(this);
    world = new World();
  });
  after(() => world?.close());

  it("are nowhere in clear: not in state, logs, report or result", async () => {
    const up = await world.start("--stack", "submariner", "--config", 'demo={"enabled":false}', "--keep").done;
    equal(up.code, 0, up.output);
    deepEqual(await world.exposure(up), []);
  });

  it("are not in what is left when the lab cannot be taken down", async () => {
    const known = await world.secrets();
    ok(known.length > 0, "there is nothing to be found");
    await refuseDeletions(world.kube("submariner-cluster1"));

    const kept = await world.start("--down", "--keep").done;
    equal(kept.code, 1, kept.output);
    equal(kept.result?.destroy?.result, "failed");
    deepEqual(world.failureLogs(), [], "logs are copied, although they stay where they are");
    ok(world.scratches().length > 0, "the lab is gone");

    const down = await world.start("--down").done;
    equal(down.code, 1, down.output);
    equal(down.result?.destroy?.result, "failed");
    const logs = world.failureLogs();
    ok(logs.some(({ where }) => where === "engine.log"));
    ok(logs.some(({ where }) => where.endsWith("kube-apiserver.log")));
    deepEqual(found(logs, known), []);
    deepEqual(world.scratches(), [], "a scratch folder is left");
    deepEqual(world.processes(), [], "a process is left");
  });
});

/** Lets the API server refuse to delete namespaces. */
async function refuseDeletions(kube: KubeClient): Promise<void> {
  const apiVersion = "admissionregistration.k8s.io/v1";
  const metadata = { name: "namespaces-stay" };
  const namespaces = { apiGroups: [""], apiVersions: ["v1"], operations: ["DELETE"], resources: ["namespaces"] };
  await kube.create({
    apiVersion,
    kind: "ValidatingAdmissionPolicy",
    metadata,
    spec: { matchConstraints: { resourceRules: [namespaces] }, validations: [{ expression: "false" }] },
  });
  await kube.create({
    apiVersion,
    kind: "ValidatingAdmissionPolicyBinding",
    metadata,
    spec: { policyName: metadata.name, validationActions: ["Deny"] },
  });
}
