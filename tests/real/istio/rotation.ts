/** The root is rotated on a lab with real nodes, while somebody keeps calling from cluster to cluster. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { stepsOfRotation } from "../../../components/base/generations";
import type { RealLab } from "../../support/real-lab";
import { thorough } from "../../support/thorough";

/** @param opened the lab, from the first test on */
export function rotationOn(opened: () => RealLab): void {
  describe("has its root rotated", () => {
    for (const step of stepsOfRotation("1")) {
      thorough(`by ${step}, and nobody who calls feels it`, async () => {
        const { felt, failing, surprises } = await opened().change(`trust.generation=${step}`);
        deepEqual([failing, surprises], [[], []]);
        const kinds = new Set(felt.calls.map(({ connections }) => connections));
        deepEqual([...kinds].toSorted(), ["kept", "new"]);
        for (const calls of felt.calls) ok(calls.calls > 0 && calls.failed === 0, JSON.stringify(calls));
        deepEqual(felt.replications, { before: 1, livedOn: 1 });
      });
    }

    thorough("and shows certificates under the new one on the wire in the end", async () => {
      const { lab, carts } = opened();
      match(new X509Certificate(lab.trustAnchor).subject, /root-2$/m);
      equal(lab.trusted, lab.trustAnchor);
      const wire = await opened().asked("istio-wire");
      deepEqual(
        wire.filter(({ status }) => status === "pass").map(({ cluster, peer }) => [cluster, peer]),
        [[carts.copy, carts.primary]],
      );
    });
  });
}
