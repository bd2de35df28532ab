/** How labs grow: with every cluster by what a cluster has, and by what it has of every other one. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { clustersOf, withDemo } from "../support/config";
import { runProgram } from "../support/mocks";

const backends = ["istio", "linkerd", "cilium", "loadbalancer"] as const;

/** What 0, 1, 2 and more clusters have, as a polynomial through the first three of them; undefined if the rest is not on it. */
function quadratic(counts: ReadonlyMap<number, number>): { each: number; pair: number } | undefined {
  const at = (number: number) => counts.get(number) ?? Number.NaN;
  // For n clusters: c + each * n + pair * n (n - 1).
  const pair = (at(4) - 2 * at(3) + at(2)) / 2;
  const each = at(3) - at(2) - 4 * pair;
  const rest = at(2) - 2 * each - 2 * pair;
  const fits = [...counts].every(([number, count]) => count === rest + each * number + pair * number * (number - 1));
  return fits ? { each, pair } : undefined;
}

describe("a lab of more clusters", function () {
  this.timeout(120_000);
  for (const backend of backends) {
    it(`has of ${backend} what every cluster has, and what every ordered pair has, and nothing besides`, async () => {
      const counts = new Map<number, number>();
      for (const number of [2, 3, 4, 5]) {
        const demo = '{"front":"cluster1","back":"cluster2"}';
        const { resources } = await runProgram({ ...withDemo, demo, backend, clusters: clustersOf(number) });
        counts.set(number, resources.length);
      }
      const growth = quadratic(counts);
      ok(growth, `it grows otherwise: ${JSON.stringify([...counts])}`);
      ok(growth.each > 0 && growth.pair > 0, JSON.stringify(growth));
    });
  }

  it("would be seen to grow otherwise", () => {
    deepEqual(quadratic(new Map([2, 3, 4, 5].map((n) => [n, 5 + 3 * n + 2 * n * (n - 1)]))), { each: 3, pair: 2 });
    equal(quadratic(new Map([2, 3, 4, 5].map((n) => [n, n ** 3]))), undefined);
  });
});
