/** Operations on resources as the engine asks providers for them, and how they are noted. */

/** Plain property values as the engine sends them: JSON, with secrets opened. */
// biome-ignore lint/suspicious/noExplicitAny: property bags are untyped on the wire; each handler gives its own shape.
export type Props = Record<string, any>;

/** What the engine does to a resource. */
export type Verb = "create" | "read" | "update" | "delete";

/** The resource that an operation is on. */
export interface ResourceRef {
  readonly urn: string;
  /** Type token, e.g. `aws:ec2/vpc:Vpc`. */
  readonly type: string;
  /** Logical name in the program. */
  readonly name: string;
}

/**
 * Sees every operation that touches something, e.g. to keep time, to note a timeline or to inject a fault.
 *
 * @param run does the operation
 */
export type Interceptor = <T>(verb: Verb, resource: ResourceRef, run: () => Promise<T>) => Promise<T>;

/** There, but not in order: the engine keeps it in the state and tries again at the next update, as with real providers. */
export class InitFailed extends Error {
  /** @param inputs as they are now, where the thing was read */
  constructor(
    readonly id: string,
    readonly outputs: Props,
    readonly reasons: string[],
    readonly inputs?: Props,
  ) {
    super(reasons.join("; "));
  }
}

/** One operation on one resource, in seconds of AWS time. */
export interface JournalEntry extends ResourceRef {
  readonly verb: Verb;
  readonly start: number;
  /** Undefined while it runs. */
  end?: number;
  /** Why it failed. */
  error?: string;
}
