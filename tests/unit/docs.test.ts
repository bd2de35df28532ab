import { equal } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { generated, generatedFiles } from "../../docs/generate";

describe("documentation", () => {
  for (const file of generatedFiles) {
    it(`has in ${file} what the code would write (npm run docs)`, () => {
      const text = readFileSync(join(__dirname, "../..", file), "utf8");
      equal(text, generated(file, text));
    });
  }
});
