/** Measured numbers in cells. */
import type { Spread } from "../../measure/measurement";
import type { CallFacts, Differences, MeasuredFacts } from "../facts/measured-facts";

type Kind = Pick<CallFacts, "protocol" | "connections">;

/** Calls to the peer, by what distinguishes them, with the name of their first row. */
export const callKinds: readonly (readonly [name: string, kind: Kind])[] = [
  ["HTTP", { protocol: "http", connections: "kept" }],
  ["HTTP new", { protocol: "http", connections: "new" }],
  ["gRPC", { protocol: "grpc", connections: "kept" }],
];

/** Those of a kind. */
export function callsIn({ calls }: MeasuredFacts, { protocol, connections }: Kind): CallFacts | undefined {
  return calls.find((each) => each.protocol === protocol && each.connections === connections);
}

/** The middle, and from where to where: `1.2 (1.1-1.4)`. */
export function spreadText(spread: Spread | undefined): string | undefined {
  if (!spread) return undefined;
  const [middle, least, greatest] = [spread.middle, spread.least, spread.greatest].map(numberText);
  return least === greatest ? middle : `${middle} (${least}-${greatest})`;
}

/** By how much calls take longer than others. */
export function differencesText(found: Differences | undefined): string | undefined {
  if (!found) return undefined;
  const signed = (value: number) => `${value < 0 ? "-" : "+"}${numberText(Math.abs(value))}`;
  return `${signed(found.p50)}, p99 ${signed(found.p99)}`;
}

/** Calls that failed. */
export function failedText(facts: CallFacts | undefined): string | undefined {
  return facts && `${facts.failed} of ${facts.calls}`;
}

/** Both ways. */
export function echoTexts({ echoes }: MeasuredFacts, streams: number): string[] {
  return echoes.filter((each) => each.streams === streams).map(({ megabytes }) => spreadText(megabytes) ?? "");
}

/** With as many digits as say something. */
function numberText(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(value >= 1 ? 2 : 3);
}
