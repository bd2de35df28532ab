/** Every two different items once, in the order of the list. */
export function pairsOf<T>(items: readonly T[]): [T, T][] {
  return items.flatMap((a, index) => items.slice(index + 1).map((b): [T, T] => [a, b]));
}

/** Every two different items in both orders. */
export function orderedPairs<T>(items: readonly T[]): [T, T][] {
  return pairsOf(items).flatMap(([a, b]): [T, T][] => [
    [a, b],
    [b, a],
  ]);
}
