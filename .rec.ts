// run in a checkout's root: node --import tsx /tmp/... ROOT OUT
import { writeFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
const [root, out, name, settingsJson] = process.argv.slice(2);
async function main() {
  const { runProgram } = await import(join(root, "tests/support/mocks.ts"));
  const run = await runProgram(JSON.parse(settingsJson));
  const rows = run.resources.map((r: any) => ({ type: r.type, name: r.name, inputs: r.inputs, provider: r.provider, parent: r.parent, dependencies: [...r.dependencies].sort(), replaceOnChanges: r.replaceOnChanges }));
  rows.sort((a: any, b: any) => `${a.type} ${a.name}` < `${b.type} ${b.name}` ? -1 : 1);
  mkdirSync(out, { recursive: true });
  const sort = (v: any): any => Array.isArray(v) ? v.map(sort) : v && typeof v === "object" ? Object.fromEntries(Object.keys(v).sort().map((k) => [k, sort(v[k])])) : v;
  writeFileSync(join(out, `${name}.json`), JSON.stringify(sort({ rows, outputs: JSON.parse(JSON.stringify(run.outputs)) }), undefined, 1));
  console.log(name, rows.length);
}
main().catch((e) => { console.error(name, e); process.exit(1); });
