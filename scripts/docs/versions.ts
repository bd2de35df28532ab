import { backendNames, profileOf } from "../../components/backends/profiles";
import type { Chart } from "../../components/plan/chart";
import { table } from "./markdown";

/** Every chart of every backend, where it comes from, and on which Kubernetes the backend may run. */
export function versionsTable(): string {
  const rows = backendNames.flatMap((backend) => {
    const { charts, kubernetesVersions } = profileOf(backend);
    const versions = `${kubernetesVersions.at(0)} to ${kubernetesVersions.at(-1)}`;
    return Object.values<Chart>(charts).map(({ name, version, repository }) => [
      backend,
      versions,
      `\`${name}\` ${version}`,
      repository,
    ]);
  });
  return table(["backend", "Kubernetes", "chart", "from"], rows);
}
