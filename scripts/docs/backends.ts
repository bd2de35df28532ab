import { backendNames, backendProfiles } from "../../components/backends/profiles";
import { gatewayWays } from "../../components/config/existing-cluster";
import type { ExistingSupport } from "../../components/plan/backend-profile";
import { table } from "./markdown";
import { labWith } from "./variants";

/** The backends, what they are, and what their default labs cost. */
export function backendsTable(): string {
  const rows = backendNames.map((name) => {
    const { title, plan } = labWith(name);
    const { joins, existing } = backendProfiles[name];
    return [
      `[${title}](docs/backends/${name}.md)`,
      `\`${name}\``,
      joins,
      whereOf(existing),
      plan.price.perHour.toFixed(2),
    ];
  });
  return table(["backend", "setting", "how clusters are joined", "clusters", "USD an hour"], rows);
}

/** Where its clusters may live. */
function whereOf({ ways }: ExistingSupport): string {
  if (ways.length === 0) return "on EKS";
  const anyWay = ways.length === gatewayWays.length;
  return `on EKS or [there already](docs/existing-clusters.md)${anyWay ? "" : ", with load balancers"}`;
}
