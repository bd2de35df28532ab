import { backendNames, backendProfiles } from "../../components/backends/profiles";
import { table } from "./markdown";
import { labWith } from "./variants";

/** The backends, what they are, and what their default labs cost. */
export function backendsTable(): string {
  const rows = backendNames.map((name) => {
    const { title, plan } = labWith(name);
    return [
      `[${title}](docs/backends/${name}.md)`,
      `\`${name}\``,
      backendProfiles[name].joins,
      plan.price.perHour.toFixed(2),
    ];
  });
  return table(["backend", "setting", "how clusters are joined", "USD an hour"], rows);
}
