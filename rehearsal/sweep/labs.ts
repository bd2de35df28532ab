/** Which labs a sweep builds: pure, so that the same seed gives the same sweep. */

/** One lab: a rehearsal with some faults. */
export interface SweepLab {
  readonly what: string;
  /** As on the command line. */
  readonly faults: readonly string[];
}

/** What a sweep knows of the lab that it disturbs. */
export interface Undisturbed {
  /** What an undisturbed run created, as type and name. */
  readonly created: readonly string[];
  /** Operations of its destroy. */
  readonly deletions: number;
}

/** How much a sweep tries. */
export interface SweepOptions {
  readonly seed: number;
  /** Creations that fail in one lab, one attempt after the other. */
  readonly refusalsEach: number;
  /** Labs in which the engine is killed in up and again in destroy. */
  readonly kills: number;
  /** Labs in which the engine is killed in up and the user destroys what there is. */
  readonly abandoned: number;
}

/** What `npm run sweep` tries. */
export const fullSweep: SweepOptions = { seed: 1, refusalsEach: 15, kills: 10, abandoned: 10 };

/** Every creation fails once, and the engine is killed at random points. */
export function sweepLabs({ created, deletions }: Undisturbed, options: SweepOptions): SweepLab[] {
  const random = randomFrom(options.seed);
  const point = (count: number) => 1 + Math.floor(random() * count);
  const count = Math.ceil(created.length / options.refusalsEach);
  // Every count-th, so that the failures of one lab are spread over its construction.
  const refused = Array.from({ length: count }, (_, lab) => created.filter((_each, index) => index % count === lab));
  return [
    ...refused.map((each, index) => ({
      what: `refusals ${index + 1} of ${count}`,
      faults: each.map((resource) => `fail:create:${resource}`),
    })),
    ...Array.from({ length: options.kills }, () => {
      const [up, destroy] = [point(created.length), point(deletions)];
      return { what: `kills at ${up} and ${destroy}`, faults: [`kill:up:${up}`, `kill:destroy:${destroy}`] };
    }),
    ...Array.from({ length: options.abandoned }, () => {
      const up = point(created.length);
      return { what: `killed at ${up}, then destroyed`, faults: [`abandon:${up}`] };
    }),
  ];
}

/** Numbers from 0 to 1 (mulberry32): short, and good enough to choose points with. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
