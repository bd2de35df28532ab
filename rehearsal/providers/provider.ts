/** What a provider stand-in is, on plain JavaScript values; server.ts puts it on the wire. */
import type { Props, ResourceRef } from "../base/operations";

/** What an operation knows besides its properties. */
export interface Operation<Config> extends ResourceRef {
  /** What `configure` returned for the provider instance that this resource belongs to. */
  readonly config: Config;
  /** Seconds the user gave the operation (`customTimeouts`); 0 when none. */
  readonly timeout: number;
  /** Aborted when the engine cancels or the ground closes: every wait must end on it. */
  readonly signal: AbortSignal;
}

/** What an update would change. */
export interface Difference {
  /** Top-level properties that changed. */
  readonly changed: readonly string[];
  /** Those of them that can only change by a replacement. */
  readonly replaces?: readonly string[];
  readonly deleteBeforeReplace?: boolean;
}

/** What is wrong with which input. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** One kind of resource. Errors thrown reach the user as the engine's error for that resource. */
export interface ResourceHandler<Config> {
  /** Default: the inputs as given. Failures are shown beside the resource and stop the update before anything happens. */
  check?(op: Operation<Config>, news: Props, olds: Props): Promise<{ inputs: Props; failures?: readonly Failure[] }>;
  /** Default: any changed input is an update. */
  diff?(op: Operation<Config>, id: string, oldInputs: Props, news: Props, state: Props): Promise<Difference>;
  /**
   * What a preview shows of a creation, or of an update if there is a state. Nothing may be made or changed. Outputs that are
   * left out are unknown to the program; default: those of the state, and the inputs.
   */
  planned?(op: Operation<Config>, inputs: Props, state: Props | undefined): Promise<Props>;
  create(op: Operation<Config>, inputs: Props): Promise<{ id: string; outputs: Props }>;
  /** Undefined when the thing is gone. */
  read(
    op: Operation<Config>,
    id: string,
    state: Props,
    inputs: Props,
  ): Promise<{ inputs: Props; outputs: Props } | undefined>;
  update?(op: Operation<Config>, id: string, state: Props, news: Props, oldInputs: Props): Promise<Props>;
  delete(op: Operation<Config>, id: string, state: Props): Promise<void>;
}

/** One Pulumi package. */
export interface ProviderPackage<Config> {
  readonly name: string;
  /** What is wrong with a provider's settings; some may be unknown. Default: nothing. */
  checkConfig?(settings: Props): readonly Failure[];
  /** What a change of a provider's settings means; a replaced provider replaces all that it made. Default: nothing. */
  diffConfig?(olds: Props, news: Props): Difference;
  configure(config: Props): Promise<Config>;
  /** Undefined when this stand-in does not know the type. */
  resource(type: string): ResourceHandler<Config> | undefined;
  invoke?(token: string, args: Props, config: Config): Promise<Props>;
}

/** Top-level keys whose values differ. */
export function changedKeys(before: Props, after: Props): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => stable(before[key]) !== stable(after[key]));
}

/** JSON with sorted keys, so that equal values compare equal. */
export function stable(value: unknown): string {
  return JSON.stringify(value, (_key, inner) =>
    inner && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
