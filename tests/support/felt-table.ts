import type { Felt } from "../../checks/disrupt/drill";

/** For a terminal: nothing of it is asserted. */
export function feltTable(all: readonly Felt[]): string {
  const width = Math.max(...all.map(({ what }) => what.length), 0);
  return all
    .map(
      ({ what, feltAfter, healedAfter, cutOff, failed, calls }) =>
        `    ${what.padEnd(width)}  ${failed > 0 ? `felt after ${feltAfter} s` : "felt by nobody"}, healed after ${healedAfter} s, ` +
        `cut off for ${cutOff} s; ${failed} of ${calls} calls failed`,
    )
    .join("\n");
}
