/** Part of `npm run check`: the imports of the code against the layers of .dependency-cruiser.mjs. */
import { dirname } from "node:path";
import { violations } from "./violations";

/** Of each rule. One import may close many circles; the shortest ones show it. */
const shown = 5;

async function main(): Promise<void> {
  const found = await violations(dirname(dirname(__dirname)));
  const ruleOf = (line: string) => line.split(":")[0];
  for (const rule of new Set(found.map(ruleOf))) {
    const broken = found.filter((line) => ruleOf(line) === rule);
    const shortest = broken.toSorted((a, b) => a.length - b.length);
    for (const each of shortest.slice(0, shown)) console.error(each);
    if (broken.length > shown) console.error(`    and ${broken.length - shown} more like these`);
  }
  if (found.length > 0) process.exitCode = 1;
}

void main();
