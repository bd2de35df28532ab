import { deepEqual } from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { AwsClock } from "../../rehearsal/aws/account/clock";
import { notesOf } from "../../rehearsal/engine/own-plugins";
import { Journal } from "../../rehearsal/ground/journal";

const urn = (type: string, name: string) => `urn:pulumi:dev::multicluster-lab::${type}::${name}`;
const service = "kubernetes:core/v1:Service";

/** As the engine tells of a step; of a component when it is not custom. */
function step(op: string, type: string, name: string, { custom = true, planning = false } = {}) {
  const metadata = { op, urn: urn(type, name), type, new: { custom } };
  return {
    begins: { resourcePreEvent: { metadata, planning } } as unknown as EngineEvent,
    ends: { resOutputsEvent: { metadata, planning } } as unknown as EngineEvent,
    fails: { resOpFailedEvent: { metadata } } as unknown as EngineEvent,
  };
}

describe("what the engine's own plugins do", () => {
  function noted(...events: EngineEvent[]) {
    const journal = new Journal(new AwsClock(60), () => 0);
    const entries = journal.begin();
    const note = notesOf(["kubernetes"], journal);
    for (const event of events) note(event);
    return entries.map(({ verb, name, end, error }) => [verb, name, end !== undefined, error !== undefined]);
  }

  it("is noted as stand-ins note it: what was done, whether it ended, whether it failed", () => {
    const made = step("create", service, "made");
    const changed = step("update", service, "changed");
    const replaced = [step("create-replacement", service, "other"), step("delete-replaced", service, "other")] as const;
    const failed = step("delete", service, "failed");
    const runs = step("create", service, "runs");
    deepEqual(
      noted(
        made.begins,
        changed.begins,
        changed.ends,
        made.ends,
        ...replaced.flatMap(({ begins, ends }) => [begins, ends]),
        failed.begins,
        failed.fails,
        runs.begins,
      ),
      [
        ["create", "made", true, false],
        ["update", "changed", true, false],
        ["create", "other", true, false],
        ["delete", "other", true, false],
        ["delete", "failed", true, true],
        ["create", "runs", false, false],
      ],
    );
  });

  it("is not what others do, what is only planned, what has not changed, and what has no provider", () => {
    const others = [
      step("create", "aws:ec2/vpc:Vpc", "network"),
      step("create", service, "planned", { planning: true }),
      step("same", service, "same"),
      step("create", "kubernetes:helm.sh/v4:Chart", "component", { custom: false }),
    ];
    deepEqual(noted(...others.flatMap(({ begins, ends }) => [begins, ends])), []);
  });
});
