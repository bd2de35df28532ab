import { deepEqual, equal, ok } from "node:assert/strict";
import { type BackendName, backendNames } from "../../components/backends/profiles";
import { clusters, lab, urn } from "../support/identity";
import { type Recorded, runProgram } from "../support/mocks";

const isToken = ({ inputs }: Recorded) => inputs.type === "kubernetes.io/service-account-token";

/** What the program asks for with tokens of this number. */
async function asked(backend: BackendName, number: number): Promise<Recorded[]> {
  const settings = { ...lab(backend, clusters(["m1", "m2"]), ["m1", "m2"]), trust: JSON.stringify({ tokens: number }) };
  return [...(await runProgram(settings)).resources];
}

describe("tokens with which clusters read each other", function () {
  this.timeout(60_000);
  for (const backend of backendNames) {
    it(`are new ones with another number, and everything else stays with ${backend}`, async () => {
      const [first, second] = [await asked(backend, 1), await asked(backend, 2)];
      const names = (all: Recorded[]) => new Set(all.map(urn));
      const [before, after] = [names(first), names(second)];
      const gone = first.filter((each) => !after.has(urn(each)));
      const come = second.filter((each) => !before.has(urn(each)));
      ok(gone.every(isToken) && come.every(isToken));
      deepEqual(
        come.map(({ inputs }) => inputs.metadata.name).toSorted(),
        gone.map(({ inputs }) => `${inputs.metadata.name}-2`).toSorted(),
      );
      equal(gone.length, second.filter(isToken).length);
      const readsTokens = !["cilium", "loadbalancer"].includes(backend);
      equal(gone.length > 0, readsTokens);
      // Whoever holds one is given the new one: by an update, before the engine deletes what is gone.
      const held = JSON.stringify(second.map(({ inputs }) => inputs.stringData ?? inputs.data ?? ""));
      for (const { name } of gone) ok(!held.includes(`token-${name}"`), name);
    });
  }
});
