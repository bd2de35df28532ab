import { deepEqual, equal, match, notEqual, ok, rejects } from "node:assert/strict";
import type { X509Certificate } from "node:crypto";
import { certificatesIn } from "../../checks/common/certificates";
import { type BackendName, backendNames } from "../../components/backends/profiles";
import { rootsOf, rotationSteps, stepAfter, stepBack, stepText } from "../../components/base/generations";
import { skippedStep, steppedSettings } from "../../components/lab/lasting";
import { keptTls } from "../support/certificates";
import { planOf } from "../support/config";
import { clusters, lab, urn } from "../support/identity";
import { type Run, resolved, runProgram } from "../support/mocks";
import { trustOf } from "../support/trust-of";

/** A root is replaced by the next, and the next step begins with the one after. */
const walk = ["1", "1+2", "2+1", "2", "2+3"];
const names = ["m1", "m2"];
const atStep = (step: string) => ({ trust: JSON.stringify({ generation: step }) });

describe("steps of a rotation", () => {
  it("lead from one root to the next, and back while the old one is there", () => {
    deepEqual(rotationSteps.slice(0, 5), walk);
    equal(rotationSteps.at(-1), "9");
    deepEqual(walk.map(stepBack), [undefined, "1", "1+2", undefined, "2"]);
    equal(stepAfter("9"), undefined);
  });

  it("trust what issues, first of all", () => {
    for (const step of rotationSteps) equal(rootsOf(step).trusted[0], rootsOf(step).issuing);
    deepEqual(rootsOf("2+1"), { issuing: 2, trusted: [2, 1] });
  });

  it("are told in the outputs, with those that come next", () => {
    equal(stepText("1"), "1: root 1 issues, 1 is trusted; next 1+2");
    equal(stepText("2+1"), "2+1: root 2 issues, 1 and 2 are trusted; next 2; back 1+2");
  });

  it("are refused where one is skipped, with the way there", () => {
    const refused = (from: string, to: string) => {
      const [setting] = steppedSettings(planOf(atStep(to)));
      return skippedStep(setting as NonNullable<typeof setting>, from);
    };
    for (const from of rotationSteps) {
      const allowed = rotationSteps.filter((to) => refused(from, to).length === 0);
      deepEqual(new Set(allowed), new Set([from, stepAfter(from), stepBack(from)].filter(Boolean)));
    }
    const [mistake] = refused("1+2", "2");
    match(mistake?.problem ?? "", /cannot be reached at once while the lab runs, it was 1\+2/);
    match(mistake?.fix ?? "", /^Set it to 2\+1 or 1, run pulumi up/);
  });

  it("may be given as a number, which is what pulumi config set makes of the first", () => {
    equal(planOf({ trust: '{"generation":2}' }).config.trust.generation, "2");
  });
});

describe("a lab at a step of the root's rotation", function () {
  this.timeout(120_000);

  it("is refused by the program before it makes anything, by the last step that was carried out whole", async () => {
    const { kept } = await runProgram(atStep("1+2"), { made: { "trust.generation/at/1": "1" } });
    equal(kept["trust.generation/at/1+2"], "1+2");
    const made = { "trust.generation/at/1+2": "1+2", "trust.generation/from/1+2": "1" };
    await runProgram(atStep("2+1"), { made });
    await rejects(runProgram(atStep("2"), { made }), /trust\.generation: .* it was 1\+2 \(given: 2\)/);
    // What failed on its way there has not been there.
    const failed = { "trust.generation/from/2+1": "1+2" };
    await rejects(runProgram(atStep("2"), { made: failed }), /it was 1\+2/);
  });

  for (const backend of backendNames) {
    describe(`with ${backend}`, () => {
      const runs = new Map<string, Run>();
      before(async () => {
        const tls = keptTls();
        for (const step of walk) {
          runs.set(step, await runProgram({ ...lab(backend, clusters(names), names), ...atStep(step) }, { tls }));
        }
      });
      const at = (step: string) => runs.get(step) as Run;

      it("takes what every cluster shows, the own and every other, and while they are one step apart", async () => {
        for (const [index, step] of walk.entries()) {
          for (const other of walk.slice(index, index + 2)) {
            deepEqual(await refusals(backend, at(step), at(other)), [], `${step} shows, ${other} trusts`);
            deepEqual(await refusals(backend, at(other), at(step)), [], `${other} shows, ${step} trusts`);
          }
        }
      });

      it("would not with a step left out", async () => {
        const skipped = await refusals(backend, at("2+1"), at("1"));
        equal(skipped.length > 0, backend !== "submariner");
      });

      it("has the names of today with the first root, and makes nothing anew until another one issues", () => {
        const kept = (before: string, after: string) => {
          const now = new Set(at(after).resources.map(urn));
          return at(before)
            .resources.filter((each) => !now.has(urn(each)))
            .map(({ name }) => name);
        };
        ok(at("1").resources.some(({ name }) => name === "trust-root"));
        deepEqual(kept("1", "1+2"), []);
        ok(kept("1+2", "2+1").every((name) => name.startsWith("trust-cluster-")));
        ok(kept("2+1", "2").every((name) => name === "trust-root"));
      });

      it("tells what must take other roots in that they are other ones, at every step", async () => {
        const prints = await Promise.all(walk.map((step) => resolved(at(step).outputs.rootFingerprint)));
        equal(prints[0], prints[1]);
        notEqual(prints[1], prints[2]);
        equal(
          new Set(walk.slice(0, 4).map((step) => marks(at(step)))).size,
          backend === "loadbalancer" || backend === "submariner" ? 1 : 4,
        );
      });
    });
  }
});

/** What starts anew or connects anew with other roots, as one text. */
function marks(run: Run): string {
  const marked = run.resources.flatMap(({ inputs }) =>
    [...JSON.stringify(inputs).matchAll(/"multicluster-lab\/root":"[^"]*"|# roots: [^\\]*/g)].map(([text]) => text),
  );
  return [...new Set(marked)].join();
}

/** Chains of one run that a cluster of another refuses, in words. */
async function refusals(backend: BackendName, showing: Run, trusting: Run): Promise<string[]> {
  const ordered = names.flatMap((from) => names.map((to) => [from, to] as const));
  const found = await Promise.all(
    ordered.map(async ([from, to]) => {
      const [{ shown }, { trusted }] = await Promise.all([
        trustOf(backend, showing, from),
        trustOf(backend, trusting, to),
      ]);
      equal(shown.length > 0 && trusted.length > 0, backend !== "submariner");
      return shown.flatMap((chain) =>
        trusted.filter((bundle) => !accepted(chain, bundle)).map(() => `${from} by ${to}`),
      );
    }),
  );
  return found.flat();
}

/** Whether each certificate is signed by the next, and one of them by a root of the bundle. */
function accepted(chain: string, bundle: string): boolean {
  const roots = certificatesIn(bundle);
  const reached = (certificate: X509Certificate, rest: readonly X509Certificate[]): boolean => {
    if (roots.some((root) => signs(root, certificate))) return true;
    const [issuer, ...others] = rest;
    return issuer?.ca === true && signs(issuer, certificate) && reached(issuer, others);
  };
  const [leaf, ...issuers] = certificatesIn(chain);
  return leaf !== undefined && reached(leaf, issuers);
}

function signs(issuer: X509Certificate, certificate: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}
