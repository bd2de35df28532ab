import type { Faults } from "../aws/account/account";
import { AwsError } from "../aws/account/errors";
import type { Interceptor, Verb } from "../base/operations";
import type { PhaseName } from "../base/phase";
import { type Fault, faultText } from "./fault";

type Of<K extends Fault["kind"]> = Extract<Fault, { kind: K }>;

/**
 * Lets faults happen: at the seam through which every provider's operation goes, at the one through which every call to AWS
 * goes, and from outside on the engine and on API servers.
 */
export class Injector {
  private readonly struck = new Set<Fault>();
  private readonly throttled = new Map<Fault, number>();
  private readonly seen: Record<Verb, number> = { create: 0, read: 0, update: 0, delete: 0 };
  private phase: PhaseName | undefined;
  /** Of all attempts at a phase. */
  private readonly operations: Record<PhaseName, number> = { up: 0, destroy: 0 };
  private struckNow = false;
  private killing: Of<"kill"> | undefined;
  private readonly lifted = new Set<Fault>();

  /**
   * @param kill ends the engine without a warning
   */
  constructor(
    private readonly faults: readonly Fault[],
    private readonly kill: () => void,
  ) {}

  /** To be called when an attempt at a phase begins. */
  begin(phase: PhaseName | undefined): void {
    this.phase = phase;
    this.struckNow = false;
    this.killing = undefined;
    for (const fault of this.of("no-address")) if (this.struck.has(fault)) this.lifted.add(fault);
  }

  /** Whether a fault struck since `begin`: then a failure is no surprise and the phase is worth another attempt. */
  get disturbed(): boolean {
    return this.struckNow;
  }

  /** Faults that have not happened (yet), as on the command line. */
  get pending(): string[] {
    return this.faults.filter((fault) => !this.struck.has(fault)).map(faultText);
  }

  /** The kill that struck since `begin`. */
  get killed(): Of<"kill"> | undefined {
    return this.killing;
  }

  /** Clusters whose API server is lost when the phase begins; each is named once. */
  losses(): string[] {
    if (this.phase !== "destroy") return [];
    return this.untouched("lose-api").map((fault) => {
      this.strike(fault);
      return fault.cluster;
    });
  }

  /** Whether the load balancer of a Service (`namespace/name`) is to stay without an address now. */
  readonly neverReady = (service: string): boolean => {
    const fault = this.of("no-address").find((each) => each.service === service);
    if (!fault || this.lifted.has(fault)) return false;
    this.strike(fault);
    return true;
  };

  /** For the emulated account. */
  readonly aws: Faults = {
    before: (operation) => {
      const service = operation.split(":")[0];
      for (const fault of this.of("throttle").filter((each) => each.service === service)) {
        const times = (this.throttled.get(fault) ?? 0) + 1;
        if (times > fault.times) continue;
        this.throttled.set(fault, times);
        this.strike(fault);
        // EC2 has a code of its own (EC2 API reference, error codes).
        throw new AwsError(service === "ec2" ? "RequestLimitExceeded" : "ThrottlingException", "Rate exceeded");
      }
    },
    lateness: () => this.longest("late"),
    staleness: () => this.longest("stale"),
  };

  /** Like `inner`, which sees faults as failures of the operations themselves. */
  intercept(inner: Interceptor): Interceptor {
    return (verb, op, run) =>
      inner(verb, op, () => {
        if (verb !== "read") this.count(verb);
        const failing = this.untouched("fail").find(
          ({ verb: wanted, target }) =>
            wanted === verb &&
            (typeof target === "number"
              ? target === this.seen[verb]
              : target.type === op.type && target.name === op.name),
        );
        if (!failing) return run();
        this.strike(failing);
        throw new Error(`the rehearsal was told to let this fail (--fault ${faultText(failing)})`);
      });
  }

  private count(verb: Verb): void {
    this.seen[verb]++;
    const { phase: current } = this;
    if (!current) return;
    this.operations[current]++;
    const due = this.untouched("kill").find(
      ({ phase, operation }) => phase === current && operation <= this.operations[current],
    );
    if (!due) return;
    this.strike(due);
    this.killing = due;
    this.kill();
  }

  private longest(kind: "late" | "stale"): number {
    const faults = this.of(kind);
    // They slow down and let nothing fail.
    for (const fault of faults) this.struck.add(fault);
    return Math.max(0, ...faults.map(({ seconds }) => seconds));
  }

  private of<K extends Fault["kind"]>(kind: K): Of<K>[] {
    return this.faults.filter((fault): fault is Of<K> => fault.kind === kind);
  }

  private untouched<K extends Fault["kind"]>(kind: K): Of<K>[] {
    return this.of(kind).filter((fault) => !this.struck.has(fault));
  }

  private strike(fault: Fault): void {
    this.struck.add(fault);
    this.struckNow = true;
  }
}
