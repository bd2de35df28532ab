import { placeText, trafficText } from "../../components/plan/flows";
import { table } from "./markdown";
import { everyBackend } from "./variants";

/** What leaves the first cluster of each backend's default lab for the others. */
export function portsTable(): string {
  const rows = everyBackend.flatMap(({ plan: { clusters, config, flows } }) =>
    flows
      .filter(({ from }) => from.cluster === clusters[0]?.name)
      .map(({ from, to, traffic, why }) => [config.backend, placeText(from), placeText(to), trafficText(traffic), why]),
  );
  return table(["backend", "from", "to", "traffic", "why"], rows);
}
