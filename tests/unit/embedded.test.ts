import { deepEqual, equal, match, rejects } from "node:assert/strict";
import type { labSettings } from "../../components/lab/config";
import { type LabArgs, multiclusterLab } from "../../components/lab/embedded";
import { runProgram } from "../support/mocks";

type Unsaid = Exclude<keyof typeof labSettings, keyof LabArgs>;

describe("a lab in another program", function () {
  this.timeout(60_000);

  it("is made as the program says, with what is beside it", async () => {
    const load = () => import("../../examples/team-namespaces/index.js");
    const run = await runProgram({}, { load });
    const teams = run.all("kubernetes:core/v1:Namespace").filter(({ name }) => name.endsWith("-team"));
    deepEqual(teams.map(({ name, inputs }) => [name, inputs.metadata.name]).sort(), [
      ["cluster1-team", "team"],
      ["cluster2-team", "team"],
    ]);
    for (const { parent, dependencies } of teams) {
      match(parent ?? "", /multicluster-lab:index:Lab/);
      match(dependencies.join(), /linkerd/);
    }
    const [group] = run.all("eks:index:ManagedNodeGroup");
    equal(group?.inputs.scalingConfig.desiredSize, 3);
    equal(run.outputs.namespaces.length, 2);
  });

  it("can say every setting", () => {
    // The compiler names what is missing.
    const unsaid: [Unsaid] extends [never] ? "none" : Unsaid = "none";
    equal(unsaid, "none");
  });

  it("is refused with every mistake, as from a stack file", async () => {
    const args = { adminCidrs: ["everywhere"], backend: "istioo" } as unknown as LabArgs;
    await rejects(async () => multiclusterLab(args), /2 mistakes.*backend: .*adminCidrs/s);
  });
});
