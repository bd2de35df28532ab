/**
 * What an AWS account keeps, and the way every call to it goes. The services (`ec2/`, `iam/`, `eks/`) are functions over
 * this store.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import type { AwsClock } from "./clock";
import { AwsError, isAwsError, throttlingCodes } from "./errors";
import { Latency } from "./latency";
import { defaultQuotas, type Quotas } from "./quotas";

/** E.g. `eu-central-1`; `global` for IAM. */
export type Region = string;

/** Tags of a resource. */
export type Tags = Record<string, string>;

/** A service, as IAM's names of actions call it. */
export type AwsService = "ec2" | "eks" | "elasticloadbalancing" | "iam";

/** An operation with its service, in the manner of IAM's actions: `ec2:CreateVpc`. */
export type AwsOperation = `${AwsService}:${string}`;

/** Everything AWS keeps, plain JSON. */
export interface Item {
  id: string;
  /** `vpc`, `subnet`, `network-interface`, ... as in ARNs. */
  kind: string;
  region: Region;
  arn?: string;
  state: string;
  tags: Tags;
  /** Comes and goes with another item (a VPC's default group), so it is never left over by itself. */
  implicit?: boolean;
  /** What a person would call it, for the list of leftovers. */
  description?: string;
  [field: string]: unknown;
}

/** What goes wrong on request. */
export interface Faults {
  /** Seen by every attempt at a call before it does anything; throws to fail it. */
  before?(operation: string, subject: string): void | Promise<void>;
  /** Seconds by which the answer comes late. Default 0. */
  lateness?(operation: string, subject: string): number;
  /** Seconds for which what was made cannot be read. Default 0. */
  staleness?(): number;
}

/** An account at rest. */
export interface AccountSnapshot {
  readonly seed: string;
  readonly made: number;
  readonly items: readonly Item[];
}

/** What an account is opened with. */
export interface AccountOptions {
  readonly clock: AwsClock;
  /** Ids and jitter are drawn from it. Default `lab`. */
  readonly seed?: string;
  readonly quotas?: Partial<Quotas>;
  /** What was raised beyond them in one region alone, as AWS raises quotas. Default: nothing. */
  readonly quotasRaisedIn?: Readonly<Record<Region, Partial<Quotas>>>;
  readonly faults?: Faults;
}

/** The provider's `maxRetries`: how often the SDK tries a throttled call before it gives up (provider documentation). */
const maxAttempts = 25;

/** One emulated AWS account with all its regions. */
export class AwsAccount {
  readonly clock: AwsClock;
  /** The account number AWS uses in its documentation. */
  readonly accountId = "111122223333";
  readonly latency: Latency;
  readonly quotas: Quotas;
  private readonly seed: string;
  private readonly raised: Readonly<Record<Region, Partial<Quotas>>>;
  private readonly faults: Faults;
  private readonly items = new Map<string, Item>();
  private readonly signals = new AsyncLocalStorage<AbortSignal>();
  private made = 0;

  constructor(options: AccountOptions) {
    this.clock = options.clock;
    this.seed = options.seed ?? "lab";
    this.latency = new Latency(this.seed);
    this.quotas = { ...defaultQuotas, ...options.quotas };
    this.raised = options.quotasRaisedIn ?? {};
    this.faults = options.faults ?? {};
  }

  /** A new id such as `vpc-0c1d...`, reproducible from the seed and the number of ids before it. */
  newId(prefix: string): string {
    return `${prefix}-0${this.newHex(16)}`;
  }

  /** `length` hexadecimal digits, new with every call. */
  newHex(length: number): string {
    return createHash("sha256")
      .update(`${this.seed}\0${this.made++}`)
      .digest("hex")
      .slice(0, length);
  }

  /** ARN of something of this account, e.g. `arn("ec2", "eu-west-1", "vpc/vpc-0a1b")`. IAM's carry no region. */
  arn(service: string, region: Region, resource: string): string {
    return `arn:aws:${service}:${region === "global" ? "" : region}:${this.accountId}:${resource}`;
  }

  /** What the account may have in a region. */
  quotasIn(region: Region): Quotas {
    return { ...this.quotas, ...this.raised[region] };
  }

  put<T extends Item>(item: T): T {
    this.items.set(key(item.kind, item.id), item);
    return item;
  }

  get<T extends Item>(kind: string, id: string): T | undefined {
    return this.items.get(key(kind, id)) as T | undefined;
  }

  /** @throws AwsError with `code` when it does not exist */
  must<T extends Item>(kind: string, id: string, code: string): T {
    const found = this.get<T>(kind, id);
    if (!found) throw new AwsError(code, `The ${kind} '${id}' does not exist`, "reference-exists");
    return found;
  }

  list<T extends Item>(kind: string, where: (item: T) => boolean = () => true): T[] {
    return [...this.items.values()].filter((item): item is T => item.kind === kind && where(item as T));
  }

  remove(kind: string, id: string): void {
    this.items.delete(key(kind, id));
  }

  /**
   * One API call: the fault seam, then `body`, then the time that the operation takes. Throttled calls are tried again as
   * the SDK does. `body` changes the account at once; what is still pending meanwhile says so in its state.
   *
   * @param subject what it is about, for jitter and faults: the same in every run
   */
  async call<T>(operation: AwsOperation, subject: string, body: () => T | Promise<T>): Promise<T> {
    try {
      await this.retryThrottled(async () => this.faults.before?.(operation, subject));
      const result = await body();
      const seconds = this.latency.of(operation, subject) + (this.faults.lateness?.(operation, subject) ?? 0);
      // What is done is done, and its caller must learn the id: an abortion only ends the waiting.
      const aborted = () => this.signals.getStore()?.aborted;
      await this.sleep(seconds).catch((error) => {
        if (!aborted()) throw error;
      });
      return result;
    } catch (error) {
      if (isAwsError(error)) error.operation ??= operation;
      throw error;
    }
  }

  /** Seconds after a creation for which reading what was made finds nothing: AWS is eventually consistent. */
  get staleness(): number {
    return this.faults.staleness?.() ?? 0;
  }

  /** Runs `task`; whatever it waits for in AWS time ends with `signal`'s reason when that is aborted. */
  until<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    return this.signals.run(signal, task);
  }

  /** Waits for `seconds` of AWS time, or for the abortion of the work that it is part of (see `until`). */
  sleep(seconds: number): Promise<void> {
    return this.clock.sleep(seconds, this.signals.getStore());
  }

  snapshot(): AccountSnapshot {
    return structuredClone({ seed: this.seed, made: this.made, items: [...this.items.values()] });
  }

  static restore(snapshot: AccountSnapshot, options: Omit<AccountOptions, "seed">): AwsAccount {
    const account = new AwsAccount({ ...options, seed: snapshot.seed });
    account.made = snapshot.made;
    for (const item of structuredClone(snapshot.items)) account.put(item);
    return account;
  }

  /** Everything that still exists, a line each: `eu-west-1 network-interface eni-0a1b (description)`. */
  leftovers(): string[] {
    return [...this.items.values()]
      .filter(({ implicit }) => !implicit)
      .map(({ region, kind, id, description, tags }) => {
        const called = description ?? tags.Name;
        return `${region} ${kind} ${id}${called ? ` (${called})` : ""}`;
      })
      .sort();
  }

  /** With the pauses of the SDK. */
  private async retryThrottled(request: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await request();
      } catch (error) {
        if (attempt === maxAttempts || !isAwsError(error, ...throttlingCodes)) throw error;
        await this.sleep(Math.min(20, 2 ** (attempt - 1)));
      }
    }
  }
}

function key(kind: string, id: string): string {
  return `${kind}/${id}`;
}
