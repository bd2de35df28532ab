/** `npm run docs`: writes into README what the code knows: the table of settings and that of ports. */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { backendNames } from "../components/backends/names";
import { backendProfiles } from "../components/backends/profiles";
import { settingsTable } from "../components/config/table";
import { validate } from "../components/config/validate";
import { placeText, trafficText } from "../components/plan/flows";

const readme = join(dirname(__dirname), "README.md");

/** README with its generated parts brought up to date. */
export function generated(text: string): string {
  return section(section(text, "settings", settingsTable()), "ports", portsTable());
}

function section(text: string, name: string, content: string): string {
  const marks = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`);
  if (!marks.test(text)) throw new Error(`README has no place for ${name}`);
  return text.replace(marks, (_all, begin: string, end: string) => `${begin}${content}\n${end}`);
}

function portsTable(): string {
  const rows = backendNames.flatMap((backend) => {
    // Which charts there are does not matter here, but some backends want to be told of a mirror.
    const config = validate({ backend, adminCidrs: "[]", charts: '{"mirror":"MIRROR"}' }, "the documentation");
    const [here, peer] = config.clusters;
    if (!here || !peer) return [];
    return backendProfiles[backend]
      .flows(here.name, peer.name, config)
      .map((flow) => [backend, placeText(flow.from), placeText(flow.to), trafficText(flow.traffic), flow.why]);
  });
  return table(["backend", "from", "to", "traffic", "why"], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

if (require.main === module) writeFileSync(readme, generated(readFileSync(readme, "utf8")));
