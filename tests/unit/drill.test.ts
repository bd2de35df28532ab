import { equal, match, ok, rejects } from "node:assert/strict";
import { type Drill, doDrill } from "../../checks/disrupt/drill";
import { feltTable } from "../support/felt-table";

const patience = { felt: 1, healed: 1, away: 0.2, between: 0.02 };

/** Something that is called and may be gone. */
function thing(more: Partial<Drill> = {}): Drill {
  let there = true;
  return {
    what: "a thing",
    call: async () => there,
    harm: async () => (there = false),
    heal: async () => (there = true),
    ...more,
  };
}

describe("a drill", () => {
  it("counts what a caller felt", async () => {
    const felt = await doDrill(thing(), patience);
    ok(felt.failed >= 1 && felt.failed < felt.calls, JSON.stringify(felt));
    match(
      feltTable([felt]),
      /a thing {2}felt after [\d.]+ s, healed after [\d.]+ s, cut off for [\d.]+ s; \d+ of \d+ calls/,
    );
  });

  it("takes a call that throws for one that failed", async () => {
    let there = true;
    const felt = await doDrill(
      thing({
        call: async () => {
          if (!there) throw new Error("reset");
          return true;
        },
        harm: async () => (there = false),
        heal: async () => (there = true),
      }),
      patience,
    );
    ok(felt.failed >= 1);
  });

  it("goes on where something takes its place, felt or not", async () => {
    const felt = await doDrill(thing({ isReplaced: true, harm: async () => {} }), patience);
    equal(felt.failed, 0);
    match(feltTable([felt]), /a thing {2}felt by nobody, healed after/);
  });

  it("puts back what is away when the user interrupts it, and ends with that", async () => {
    const interruption = new AbortController();
    let there = true;
    const reason = new Error("interrupted");
    const drilled = doDrill(
      thing({
        call: async () => there,
        isReplaced: true,
        harm: async () => {
          there = false;
          interruption.abort(reason);
        },
        heal: async () => (there = true),
      }),
      patience,
      interruption.signal,
    );
    await rejects(drilled, reason);
    ok(there);
  });

  const failing: readonly (readonly [what: string, more: Partial<Drill>, said: RegExp])[] = [
    ["nothing answers before", { call: async () => false }, /a thing: nothing answers before anything is taken away/],
    ["nothing takes its place", { isReplaced: true }, /a thing: nothing takes its place within 1.2 s/],
    ["it is not replaced", { isReplaced: true, isGone: async () => false }, /a thing: it is not replaced within 1 s/],
    ["nobody feels it", { harm: async () => {} }, /a thing: nobody felt it within 1 s/],
    ["it does not come back", { isBack: async () => false }, /a thing: it did not come back within 1 s/],
    ["it does not heal", { heal: async () => {} }, /a thing: it did not heal within 1 s/],
  ];
  for (const [what, more, said] of failing) {
    it(`fails when ${what}, and calls no more`, async () => {
      let calls = 0;
      const { call, ...rest } = thing(more);
      const counted = () => {
        calls++;
        return call();
      };
      await rejects(doDrill({ ...rest, call: counted }, patience), said);
      const before = calls;
      await new Promise((resolve) => setTimeout(resolve, 400));
      equal(calls, before);
    });
  }
});
