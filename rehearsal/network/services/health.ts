/** Health checks of load balancers: real connections from their own addresses, so that security groups judge them. */
import { get } from "node:http";
import { connect } from "node:net";
import { isDeepStrictEqual } from "node:util";
import type { TargetCheck, TargetState } from "../plan/desired";

/**
 * AWS's times are shortened like all of AWS's time, but not below these real milliseconds: checks cost work, and a target on a
 * busy machine is slow without being ill.
 */
const [shortestInterval, shortestTimeout] = [1_000, 2_000];

interface Watched {
  check: TargetCheck;
  state: TargetState;
  /** Results in a row that speak against the state. */
  against: number;
  timer: NodeJS.Timeout | undefined;
}

/** Looks at targets until they are targets no more. */
export class HealthChecks {
  private readonly watched = new Map<string, Watched>();

  /**
   * @param speed AWS seconds in a real second
   * @param changed is told when a state is another one
   * @param probe one look at a target. Default: the real one
   * @param leastPause real milliseconds below which no interval is shortened. Default: a second
   */
  constructor(
    private readonly speed: number,
    private readonly changed: () => void,
    private readonly probe: Probe = probeTarget,
    private readonly leastPause = shortestInterval,
  ) {}

  /** States by the checks' keys. */
  get states(): [string, TargetState][] {
    return [...this.watched].map(([key, { state }]) => [key, state]);
  }

  /** What is new begins anew, and what is not there any more ends. */
  update(checks: readonly TargetCheck[]): void {
    const wanted = new Map(checks.map((check) => [check.key, check]));
    for (const [key, watched] of this.watched) {
      if (isDeepStrictEqual(wanted.get(key), watched.check)) continue;
      clearTimeout(watched.timer);
      this.watched.delete(key);
    }
    for (const [key, check] of wanted) {
      if (this.watched.has(key)) continue;
      const watched: Watched = { check, state: "initial", against: 0, timer: undefined };
      this.watched.set(key, watched);
      void this.look(key, watched);
    }
  }

  private async look(key: string, watched: Watched): Promise<void> {
    const { check } = watched;
    const passed = await this.probe(check, this.milliseconds(check.timeout, shortestTimeout));
    if (this.watched.get(key) !== watched) return;
    if (judge(watched, passed)) this.changed();
    watched.timer = setTimeout(() => void this.look(key, watched), this.milliseconds(check.interval, this.leastPause));
  }

  private milliseconds(seconds: number, least: number): number {
    return Math.max(least, (seconds * 1000) / this.speed);
  }
}

/** One success is enough for a new target, and later it takes several in a row (ELB user guide for NLB, health checks). */
function judge(watched: Watched, passed: boolean): boolean {
  const { state, check } = watched;
  const other = passed ? "healthy" : "unhealthy";
  if (state === other) {
    watched.against = 0;
    return false;
  }
  watched.against++;
  const enough = passed ? (state === "initial" ? 1 : check.healthyThreshold) : check.unhealthyThreshold;
  if (watched.against < enough) return false;
  Object.assign(watched, { state: other, against: 0 });
  return true;
}

/** Whether a target answers within so many milliseconds. */
export type Probe = (check: TargetCheck, timeout: number) => Promise<boolean>;

const probeTarget: Probe = (check, timeout) => (check.protocol === "http" ? httpAnswers : tcpAnswers)(check, timeout);

function tcpAnswers({ from, to, port }: TargetCheck, timeout: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: to, port, localAddress: from, timeout });
    const end = (passed: boolean) => {
      socket.destroy();
      resolve(passed);
    };
    socket.once("connect", () => end(true));
    socket.once("timeout", () => end(false));
    socket.once("error", () => end(false));
  });
}

/** 200 to 399 is healthy (ELB API reference, Matcher). */
function httpAnswers({ from, to, port, path = "/" }: TargetCheck, timeout: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: to, port, path, localAddress: from, timeout, agent: false }, ({ statusCode = 0 }) => {
      request.destroy();
      resolve(statusCode >= 200 && statusCode < 400);
    });
    request.once("timeout", () => request.destroy());
    request.once("error", () => resolve(false));
    request.once("close", () => resolve(false));
  });
}
