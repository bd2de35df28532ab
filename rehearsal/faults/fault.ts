/** What may go wrong on request: the forms of `--fault`. */
import type { PhaseName } from "../base/phase";
import { UserError } from "../base/user-error";

/** Each happens once, or for as long as one attempt at `up` or `destroy` lasts. */
export type Fault =
  /** An operation fails before it did anything: the n-th of its verb, or the first on a resource. */
  | {
      readonly kind: "fail";
      readonly verb: "create" | "update" | "delete";
      readonly target: number | { readonly type: string; readonly name: string };
    }
  /** AWS throttles so many calls to a service. */
  | { readonly kind: "throttle"; readonly service: string; readonly times: number }
  /** Every answer of AWS comes so many seconds late. */
  | { readonly kind: "late"; readonly seconds: number }
  /** What was made can only be read after so many seconds. */
  | { readonly kind: "stale"; readonly seconds: number }
  /** The engine is killed at the n-th operation of a phase; then the user goes on, or gives up and destroys. */
  | {
      readonly kind: "kill";
      readonly phase: PhaseName;
      readonly operation: number;
      readonly next: "again" | "destroy";
    }
  /** The API server of a cluster gives no answer when destroy begins. */
  | { readonly kind: "lose-api"; readonly cluster: string }
  /** A Service's load balancer never gets an address. */
  | { readonly kind: "no-address"; readonly service: string };

/** What `--help` says of them. */
export const faultForms = [
  "fail:create:N          the N-th create fails (update and delete likewise)",
  "fail:create:TYPE::NAME the same for one resource, e.g. aws:ec2/vpc:Vpc::cluster1",
  "throttle:SERVICE:N     AWS throttles N calls, e.g. ec2, eks, iam",
  "late:SECONDS           AWS answers late",
  "stale:SECONDS          what was made cannot be read for a while",
  "kill:up:N              the engine is killed at the N-th operation (kill:destroy:N likewise)",
  "abandon:N              the same in up, and then destroy instead of another up",
  "lose-api:CLUSTER       the API server is away when destroy begins",
  "no-address:NS/SERVICE  the load balancer gets no address in the first up",
] as const;

/**
 * @param text as on the command line
 * @throws UserError with the forms there are
 */
export function parseFault(text: string): Fault {
  const found = parsers.map((parse) => parse(text)).find((fault) => fault !== undefined);
  if (found) return found;
  throw new UserError(`--fault ${text}: there is no such fault.\n\n  ${faultForms.join("\n  ")}`);
}

type Parser = (text: string) => Fault | undefined;

const parsers: readonly Parser[] = [
  form(/^fail:(create|update|delete):(\d+)$/, ([verb, ordinal]) => ({
    kind: "fail",
    verb: verb as "create",
    target: Number(ordinal),
  })),
  form(/^fail:(create|update|delete):(\D.*?)::(.+)$/, ([verb, type = "", name = ""]) => ({
    kind: "fail",
    verb: verb as "create",
    target: { type, name },
  })),
  form(/^throttle:([a-z0-9]+):(\d+)$/, ([service = "", times]) => ({
    kind: "throttle",
    service,
    times: Number(times),
  })),
  form(/^late:(\d+)$/, ([seconds]) => ({ kind: "late", seconds: Number(seconds) })),
  form(/^stale:(\d+)$/, ([seconds]) => ({ kind: "stale", seconds: Number(seconds) })),
  form(/^kill:(up|destroy):([1-9]\d*)$/, ([phase, operation]) => ({
    kind: "kill",
    phase: phase as PhaseName,
    operation: Number(operation),
    next: "again",
  })),
  form(/^abandon:([1-9]\d*)$/, ([operation]) => ({
    kind: "kill",
    phase: "up",
    operation: Number(operation),
    next: "destroy",
  })),
  form(/^lose-api:([a-z0-9-]+)$/, ([cluster = ""]) => ({ kind: "lose-api", cluster })),
  form(/^no-address:([a-z0-9-]+\/[a-z0-9-]+)$/, ([service = ""]) => ({ kind: "no-address", service })),
];

function form(pattern: RegExp, make: (parts: string[]) => Fault): Parser {
  return (text) => {
    const found = pattern.exec(text);
    return found ? make(found.slice(1)) : undefined;
  };
}

/** As on the command line. */
export function faultText(fault: Fault): string {
  switch (fault.kind) {
    case "fail": {
      const { verb, target } = fault;
      return `fail:${verb}:${typeof target === "number" ? target : `${target.type}::${target.name}`}`;
    }
    case "throttle":
      return `throttle:${fault.service}:${fault.times}`;
    case "late":
    case "stale":
      return `${fault.kind}:${fault.seconds}`;
    case "kill":
      return fault.next === "destroy" ? `abandon:${fault.operation}` : `kill:${fault.phase}:${fault.operation}`;
    case "lose-api":
      return `lose-api:${fault.cluster}`;
    case "no-address":
      return `no-address:${fault.service}`;
    default:
      return fault satisfies never;
  }
}
