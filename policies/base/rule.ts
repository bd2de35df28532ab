/** What a rule is: plain data and a pure function, which tests call without an engine. */
import type { Declared } from "./declared";

/** A value that the engine does not know before `up`. Nothing is said against it: `up` judges it again. */
export const unknown: unique symbol = Symbol("known after up");

// biome-ignore lint/suspicious/noExplicitAny: properties are as different as resources.
export type Props = Record<string, any>;

/** A resource as the engine is asked for it. */
export interface Resource {
  /** Type token, e.g. `aws:ec2/vpc:Vpc`. */
  readonly type: string;
  /** Name in the program. */
  readonly name: string;
  /** Inputs; of all resources together, outputs. */
  readonly props: Props;
  /** Properties of the provider that makes it, where it has one. */
  readonly provider?: Props;
}

/** What every rule has. */
interface About {
  /** Unique and stable: Pulumi shows it, and docs and tests go by it. */
  readonly id: string;
  /** What the lab promises. */
  readonly promise: string;
  /** Who asks for it. */
  readonly source: string;
}

/** Judges resources one at a time, before each is made. */
export interface ResourceRule extends About {
  readonly of: "resource";
  /** What is wrong with it: nothing, or a sentence for each problem. */
  readonly problems: (resource: Resource, declared: Declared) => readonly string[];
}

/** Judges all resources together. */
export interface StackRule extends About {
  readonly of: "stack";
  /** What is wrong with them. */
  readonly problems: (resources: readonly Resource[], declared: Declared) => readonly string[];
}

export type Rule = ResourceRule | StackRule;

/** Something that scanners ask for and the lab does not do. */
export interface Waiver {
  /** What they ask for. */
  readonly asked: string;
  /** Who asks. */
  readonly source: string;
  /** Why the lab does without. */
  readonly reason: string;
}

/** CIDRs of the whole internet. */
export const everybody: ReadonlySet<unknown> = new Set(["0.0.0.0/0", "::/0"]);

/** Whether a value is the wanted one, or may still become it. */
export function mayBe(value: unknown, wanted: unknown): boolean {
  return value === wanted || value === unknown;
}

/** A list, with nothing in it where there is none; what is not known yet has no elements. */
export function list(value: unknown): readonly Props[] {
  return Array.isArray(value) ? value : [];
}
