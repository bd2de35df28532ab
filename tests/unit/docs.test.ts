import { deepEqual, doesNotMatch, equal, ok } from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { layers } from "../../.dependency-cruiser.mjs";
import { demoPictureFiles, demoPictureLayout } from "../../scripts/docs/demo/pictures";
import { generated, generatedFiles, pictures } from "../../scripts/generate-docs";
import { keepsApart } from "../support/layout";

const root = join(__dirname, "../..");
const textOf = (file: string) => readFileSync(join(root, file), "utf8");

describe("documentation", () => {
  for (const file of generatedFiles) {
    it(`has in ${file} what the code would write (npm run docs)`, () => {
      const text = textOf(file);
      equal(text, generated(file, text));
    });
  }

  for (const [file, draw] of Object.entries(pictures)) {
    it(`has as ${file} what the code would draw (npm run docs)`, async () => {
      const drawn = await draw();
      equal(textOf(file), drawn);
      equal(drawn, await draw(), "drawn twice it is not the same");
      doesNotMatch(drawn.replaceAll('="http://www.w3.org/', ""), /https?:|href=|url\((?!#)|@import|<script/);
    });
  }

  for (const file of demoPictureFiles) {
    it(`keeps apart what is in ${file}`, async () => keepsApart(await demoPictureLayout(file)));
  }

  it("says of no layer more than its box in the picture holds", () => {
    deepEqual(
      layers.filter(([, what]) => what.length > 47),
      [],
    );
  });

  const rows =
    textOf("docs/tried.md")
      .match(/^\| .*$/gm)
      ?.slice(2) ?? [];
  for (const row of rows) {
    const [, what, file = "", title = ""] = row.match(/^\| (.+) \| .+ \| .+ \| `(\S+): (.*)` \|$/) ?? [];
    it(`names for "${what ?? row}" a test that is there`, () => {
      const text = textOf(`tests/${file.includes("/") ? file : `unit/${file}`}.test.ts`);
      ok(title !== "" && text.includes(title), `${file} has no test ${title}`);
    });
  }

  it("has no picture that nothing draws", () => {
    deepEqual(
      readdirSync(join(root, "docs/pictures")).map((name) => `docs/pictures/${name}`),
      Object.keys(pictures).sort(),
    );
  });

  it("links to files that are there", () => {
    const pages = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md"))
      .map((name) => join("docs", name));
    for (const page of ["README.md", ...pages]) {
      for (const [, target = ""] of textOf(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
        ok(existsSync(join(root, dirname(page), target)), `${page} links to ${target}`);
      }
    }
  });
});
