import { equal } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { generated } from "../../docs/generate";

describe("README", () => {
  it("has the tables that the code would write (npm run docs)", () => {
    const text = readFileSync(join(__dirname, "../../README.md"), "utf8");
    equal(text, generated(text));
  });
});
