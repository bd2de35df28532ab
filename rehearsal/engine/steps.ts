/** What the engine does to each resource, by what it tells. */
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";

/** What becomes of a resource. A read one is none of the program's. */
export type Action = "create" | "update" | "replace" | "delete" | "same" | "read";

/** What changes something. */
export const changingActions = ["create", "update", "replace", "delete"] as const satisfies readonly Action[];
/** One of them. */
export type ChangingAction = (typeof changingActions)[number];

/** One resource in an operation. */
export interface Step {
  readonly action: Action;
  /** Whether an input was not known when this was told: then a preview cannot know whether it changes. */
  readonly unknown: boolean;
}

/** The engine's steps by what they come to; a replacement has three. Others are of refreshes and imports. */
const actions: Readonly<Record<string, Action>> = {
  create: "create",
  update: "update",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  "discard-replaced": "replace",
  delete: "delete",
  same: "same",
  read: "read",
  "read-replacement": "read",
};

/** Collects them while the engine is at work. */
export class Steps {
  private readonly noted = new Map<string, Step>();

  note({ resourcePreEvent }: EngineEvent): void {
    if (!resourcePreEvent) return;
    const { urn, op, new: goal } = resourcePreEvent.metadata;
    const action = actions[op];
    // A resource that is replaced is told of first as such, and then as what stands in its place.
    if (!action || this.noted.get(urn)?.action === "replace") return;
    this.noted.set(urn, { action, unknown: hasUnknown(goal?.inputs) });
  }

  get byUrn(): ReadonlyMap<string, Step> {
    return this.noted;
  }
}

function hasUnknown(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value === unknownValue;
  return Object.values(value).some(hasUnknown);
}
