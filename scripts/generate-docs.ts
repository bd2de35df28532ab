/** `npm run docs`: writes into the documentation what the code knows: settings, ports, names, and what the emulated AWS enforces. */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { backendNames } from "../components/backends/profiles";
import { backendsTable } from "./docs/backends";
import { commandsTable } from "./docs/commands";
import { comparisonSections } from "./docs/comparison";
import { demoPicture, demoPictureFiles } from "./docs/demo/pictures";
import { balancingTable, namesSection, placesTable, replicationTable } from "./docs/demo/tables";
import { ec2Table, eksTable, latencyTable } from "./docs/emulated-aws";
import { imagesTable } from "./docs/images";
import { layersPicture } from "./docs/layers-picture";
import { portsTable } from "./docs/ports";
import { settingsSections } from "./docs/settings";
import { versionsTable } from "./docs/versions";

const root = dirname(__dirname);

/** Generated parts by file and by the name between their marks. */
const sections: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  "README.md": { backends: backendsTable },
  "docs/comparison.md": { comparison: comparisonSections },
  "docs/ports.md": { ports: portsTable },
  "docs/settings.md": { settings: settingsSections },
  "docs/versions.md": { versions: versionsTable },
  "docs/decisions/images.md": { images: imagesTable },
  "docs/emulated-aws.md": {
    ec2: ec2Table,
    eks: eksTable,
    latency: latencyTable,
  },
  ...Object.fromEntries(
    backendNames.map((name) => [`docs/backends/${name}.md`, { commands: () => commandsTable(name) }]),
  ),
  "docs/naming.md": { names: namesSection },
  "docs/use-cases/global-load-balancing.md": { places: placesTable, backends: balancingTable },
  "docs/use-cases/service-to-service.md": { places: placesTable, backends: replicationTable },
};

/** Files with generated parts, relative to the project. */
export const generatedFiles = Object.keys(sections);

/** Pictures that are drawn, by file. */
export const pictures: Readonly<Record<string, () => string | Promise<string>>> = {
  "docs/pictures/layers.svg": layersPicture,
  ...Object.fromEntries(demoPictureFiles.map((file) => [file, () => demoPicture(file)])),
};

/** The text of `file` with its generated parts brought up to date. */
export function generated(file: string, text: string): string {
  return Object.entries(sections[file] ?? {}).reduce((done, [name, content]) => {
    const marks = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`);
    if (!marks.test(done)) throw new Error(`${file} has no place for ${name}`);
    return done.replace(marks, (_all, begin: string, end: string) => `${begin}${content()}\n${end}`);
  }, text);
}

if (require.main === module) void write();

async function write(): Promise<void> {
  for (const file of generatedFiles) {
    const path = join(root, file);
    writeFileSync(path, generated(file, readFileSync(path, "utf8")));
  }
  for (const [file, draw] of Object.entries(pictures)) writeFileSync(join(root, file), await draw());
}
