/** Facts in words that fit a narrow column. */
import type { ManualJoin } from "../../components/plan/joining";
import { durationText } from "../../rehearsal/base/duration";
import type { ApiReader, OpenPort } from "../facts/crossings";
import type { PhaseTime } from "../facts/rehearsal-facts";

/** The first and the last of what is in order: `1.33 to 1.36`. */
export function rangeText(all: readonly string[]): string {
  const [first = "", ...others] = all;
  return others.length === 0 ? first : `${first} to ${others.at(-1)}`;
}

/** The sum of what a backend and its proxies take, and what of it the proxies': `740 (140)`. */
export function sumText(own: number, proxies: number): string {
  return proxies === 0 ? `${own}` : `${own + proxies} (proxies ${proxies})`;
}

/** Ports by where they arrive: `nodes: udp 8472, tcp 4240`. */
export function portTexts(ports: readonly OpenPort[]): string[] {
  const places = [...new Set(ports.map(({ at }) => at))];
  return places.map((place) => {
    const here = ports.filter(({ at }) => at === place);
    return `${place}: ${here.map(({ traffic }) => traffic).join(", ")}`;
  });
}

/** Who reads whose, as one sentence where everybody reads everybody's; and why. */
export function apiReadersText(readers: readonly ApiReader[]): string[] {
  if (readers.length === 0) return ["nobody reads a peer's"];
  const clusters = new Set(readers.flatMap(({ from, to }) => [from, to])).size;
  const everybody = readers.length === clusters * (clusters - 1);
  return [
    ...(everybody ? ["every cluster reads every peer's"] : readersByOwner(readers)),
    ...new Set(readers.map(({ why }) => why)),
  ];
}

function readersByOwner(readers: readonly ApiReader[]): string[] {
  const owners = [...new Set(readers.map(({ to }) => to))];
  return owners.map((owner) => {
    const names = readers.filter(({ to }) => to === owner).map(({ from }) => from);
    return `${names.join(", ")} ${names.length === 1 ? "reads" : "read"} that of ${owner}`;
  });
}

/** Steps of a guide with how often each is done. */
export function stepTexts({ steps, eachService }: ManualJoin): string[] {
  return [
    ...steps.map(({ what, times }) => `${times} × ${what}`),
    ...eachService.map(({ what, times }) => `for each Service ${times} × ${what}`),
  ];
}

/** How long AWS would take, e.g. `16m20s`. */
export function minutesText({ awsMinutes }: PhaseTime): string {
  return durationText(awsMinutes * 60);
}

/** How long it would have to. */
export function boundText({ lowerBoundMinutes }: PhaseTime): string {
  return durationText(lowerBoundMinutes * 60);
}
