import { deepEqual, equal } from "node:assert/strict";
import type { StateResource } from "../../rehearsal/engine/state";
import { criticalPath } from "../../rehearsal/run/critical-path";

const resource = (urn: string, dependencies: string[] = [], more: Partial<StateResource> = {}): StateResource => ({
  urn,
  custom: true,
  dependencies,
  ...more,
});

describe("critical path", () => {
  const chain = [
    resource("vpc"),
    resource("subnet", ["vpc"]),
    resource("cluster", ["subnet"]),
    resource("nat", ["subnet"]),
  ];
  const durations = new Map([
    ["vpc", 2],
    ["subnet", 1],
    ["cluster", 600],
    ["nat", 90],
  ]);

  it("is the longest chain, not the sum", () => {
    deepEqual(criticalPath(chain, durations, "up"), { seconds: 603, urns: ["vpc", "subnet", "cluster"] });
  });

  it("goes backwards on the way down", () => {
    deepEqual(criticalPath(chain, durations, "destroy"), { seconds: 603, urns: ["cluster", "subnet", "vpc"] });
  });

  it("waits for all that was made in a component before", () => {
    const resources = [
      resource("component", [], { custom: false }),
      resource("slow child", [], { parent: "component" }),
      resource("after", ["component"]),
      resource("late child", ["after"], { parent: "component" }),
    ];
    const { seconds, urns } = criticalPath(
      resources,
      new Map([
        ["slow child", 10],
        ["after", 5],
        ["late child", 1],
      ]),
      "up",
    );
    equal(seconds, 16);
    deepEqual(urns, ["slow child", "after", "late child"]);
  });

  it("lets what is made in a component wait for what the component waits for", () => {
    const resources = [
      resource("add-on"),
      resource("node group component", ["add-on"], { custom: false }),
      resource("node group", [], { parent: "node group component" }),
    ];
    const durations = new Map([
      ["add-on", 30],
      ["node group", 120],
    ]);
    equal(criticalPath(resources, durations, "up").seconds, 150);
    deepEqual(criticalPath(resources, durations, "destroy").urns, ["node group", "add-on"]);
  });

  it("waits for the provider", () => {
    const resources = [resource("a::provider", ["cluster"]), resource("object", [], { provider: "a::provider::id" })];
    equal(
      criticalPath(
        [resource("cluster"), ...resources],
        new Map([
          ["cluster", 9],
          ["object", 1],
        ]),
        "up",
      ).seconds,
      10,
    );
  });

  it("is nothing when nothing was done", () => {
    deepEqual(criticalPath(chain, new Map(), "up"), { seconds: 0, urns: [] });
  });
});
