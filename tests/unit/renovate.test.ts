import { ok } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { backendNames, profileOf } from "../../components/backends/profiles";
import { customManagers } from "../../renovate.json";

const root = join(__dirname, "../..");

describe("the updater's configuration", () => {
  for (const backend of backendNames) {
    const charts = Object.values(profileOf(backend).charts).filter(({ archivedBy }) => !archivedBy);
    for (const { name, version, repository } of charts) {
      it(`sees the version of ${name} in ${backend}/charts.ts`, () => {
        const file = `components/backends/${backend}/charts.ts`;
        const text = readFileSync(join(root, file), "utf8");
        const seen = customManagers
          .filter(({ managerFilePatterns }) =>
            managerFilePatterns.some((pattern) => new RegExp(pattern.slice(1, -1)).test(file)),
          )
          .flatMap(({ matchStrings }) => matchStrings)
          .flatMap((expression) => [...text.matchAll(new RegExp(expression, "g"))])
          .map(({ groups }) => `${groups?.currentValue} of ${groups?.registryUrl}`);
        ok(seen.includes(`${version} of ${repository}`), `it sees ${seen.join(", ")}`);
      });
    }
  }
});
