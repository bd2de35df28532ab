import { ok } from "node:assert/strict";
import type { Layout } from "../../rehearsal/report/layout";

/** Boxes and labels lie within the picture, and none upon another. */
export function keepsApart({ boxes, arrows, links, width, height }: Layout): void {
  const areas = [...boxes.map(({ area }) => area), ...[...arrows, ...links].map(({ label }) => label)];
  for (const [index, a] of areas.entries()) {
    ok(a.x >= 0 && a.y >= 0 && a.x + a.width <= width && a.y + a.height <= height, "outside of the picture");
    for (const b of areas.slice(index + 1)) {
      const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
      ok(apart, `${JSON.stringify(a)} and ${JSON.stringify(b)} overlap`);
    }
  }
}
