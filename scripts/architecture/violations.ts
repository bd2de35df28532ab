/** What a tree of files does against the rules of .dependency-cruiser.mjs, and the circles of its folders. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ICruiseResult } from "dependency-cruiser";
import configuration from "../../.dependency-cruiser.mjs";
import { folderCircles } from "./folder-circles";

const roots = [
  "index.ts",
  "components",
  "checks",
  "examples",
  "measure",
  "rehearsal",
  "compare",
  "policies",
  "scripts",
  "tests",
];

/** One line or more for each violation in the project at `root`; none where everything holds. */
export async function violations(root: string): Promise<string[]> {
  const result = await cruise(root);
  const broken = result.summary.violations.map(({ rule, from, to, cycle, via }) => {
    const way = (cycle ?? via ?? []).map(({ name }) => name);
    return `${rule.name}: ${[from, ...(way.length > 0 ? way : [to])].join(" -> ")}`;
  });
  const imports = result.modules.flatMap(({ source, dependencies }) =>
    dependencies.filter(({ followable }) => followable).map(({ resolved }) => ({ from: source, to: resolved })),
  );
  return [...broken, ...folderCircles(imports)];
}

async function cruise(root: string): Promise<ICruiseResult> {
  // It waits while it loads, which `require` cannot.
  const { cruise } = await import("dependency-cruiser");
  const { forbidden, options } = configuration;
  const existing = roots.filter((name) => existsSync(join(root, name)));
  const { output } = await cruise(existing, { ...options, baseDir: root, ruleSet: { forbidden }, validate: true });
  if (typeof output === "string") throw new Error("dependency-cruiser reports where it was asked for the result");
  return output;
}
