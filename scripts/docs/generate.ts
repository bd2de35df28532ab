/** `npm run docs`: writes into the documentation what the code knows: settings, ports, names, and what the emulated AWS enforces. */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { backendNames } from "../../components/backends/profiles";
import { validateLab } from "../../components/lab/config";
import { plan } from "../../components/lab/plan";
import { placeText, trafficText } from "../../components/plan/flows";
import { latencies } from "../../rehearsal/aws/account/latency";
import { ec2Rules } from "../../rehearsal/aws/rules/ec2";
import { eksRules } from "../../rehearsal/aws/rules/eks";
import { iamRules } from "../../rehearsal/aws/rules/iam";
import type { AwsRule } from "../../rehearsal/aws/rules/rule";
import { picture, pictureFiles } from "./demo/pictures";
import { balancingTable, namesSection, placesTable, replicationTable } from "./demo/tables";
import { table } from "./markdown";
import { settingsSections } from "./settings";

const root = dirname(dirname(__dirname));

/** Generated parts by file and by the name between their marks. */
const sections: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  "docs/ports.md": { ports: portsTable },
  "docs/settings.md": { settings: settingsSections },
  "docs/emulated-aws.md": {
    ec2: () => rulesTable("refused", [...ec2Rules, ...iamRules]),
    eks: () => rulesTable("enforced", eksRules),
    latency: latencyTable,
  },
  "docs/naming.md": { names: namesSection },
  "docs/use-cases/global-load-balancing.md": { places: placesTable, backends: balancingTable },
  "docs/use-cases/service-to-service.md": { places: placesTable, backends: replicationTable },
};

/** Files with generated parts, relative to the project. */
export const generatedFiles = Object.keys(sections);

/** The text of `file` with its generated parts brought up to date. */
export function generated(file: string, text: string): string {
  return Object.entries(sections[file] ?? {}).reduce((done, [name, content]) => {
    const marks = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`);
    if (!marks.test(done)) throw new Error(`${file} has no place for ${name}`);
    return done.replace(marks, (_all, begin: string, end: string) => `${begin}${content()}\n${end}`);
  }, text);
}

/** Every rule with its source, and the test that breaks it: the one whose text names it. */
function rulesTable(what: string, all: readonly AwsRule[]): string {
  const folder = join(root, "tests", "aws");
  const tests = readdirSync(folder)
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));
  const rows = all.map(({ id, what: text, source }) => {
    const naming = tests.filter(({ text }) => text.includes(`"${id}"`)).map(({ name }) => `\`${name}\``);
    if (naming.length === 0) throw new Error(`no test in tests/aws names the rule ${id}`);
    return [`\`${id}\``, text, source, naming.join(", ")];
  });
  return table(["rule", what, "source", "test"], rows);
}

function latencyTable(): string {
  const rows = Object.entries(latencies)
    .filter(([, { seconds }]) => seconds >= 10)
    .map(([operation, { seconds, source }]) => [`\`${operation}\``, `${seconds}`, source]);
  return table(["operation", "seconds", "source"], rows);
}

function portsTable(): string {
  const rows = backendNames.flatMap((backend) => {
    // Which charts there are does not matter here, but some backends want to be told of a mirror.
    const config = validateLab({ backend, adminCidrs: "[]", charts: '{"mirror":"MIRROR"}' }, "the documentation");
    const { clusters, flows } = plan("docs", config, "2026-11-23");
    return flows
      .filter(({ from }) => from.cluster === clusters[0]?.name)
      .map((flow) => [backend, placeText(flow.from), placeText(flow.to), trafficText(flow.traffic), flow.why]);
  });
  return table(["backend", "from", "to", "traffic", "why"], rows);
}

if (require.main === module) void write();

async function write(): Promise<void> {
  for (const file of generatedFiles) {
    const path = join(root, file);
    writeFileSync(path, generated(file, readFileSync(path, "utf8")));
  }
  for (const file of pictureFiles) writeFileSync(join(root, file), await picture(file));
}
