import { type BackendName, profileOf } from "../../components/backends/profiles";
import { table } from "./markdown";

/** Commands that show a backend at work, on the first cluster of a default lab. */
export function commandsTable(backend: BackendName): string {
  const rows = profileOf(backend)
    .commands("cluster1")
    .map(({ command, shows }) => [`\`${command}\``, shows]);
  return table(["command", "shows"], rows);
}
