/** Part of `npm run check`: the imports of the code against the layers of .dependency-cruiser.mjs. */
import { dirname } from "node:path";
import { violations } from "./violations";

async function main(): Promise<void> {
  const found = await violations(dirname(dirname(__dirname)));
  for (const each of found) console.error(each);
  if (found.length > 0) process.exitCode = 1;
}

void main();
