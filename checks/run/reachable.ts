import type { LiveCluster, LiveLab } from "../common/check";
import { KubeError } from "../kube/client";

/** The clusters that cannot be asked, each with the reason: every check would only say it once more. */
export async function unreachable({ clusters }: LiveLab): Promise<string[]> {
  const found = await Promise.all(clusters.map(reasonOf));
  return found.filter((reason) => reason !== undefined);
}

async function reasonOf({ name, endpoint, kube }: LiveCluster): Promise<string | undefined> {
  try {
    await kube.get({ apiVersion: "v1", kind: "Namespace", name: "kube-system" });
    return undefined;
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    const { message, status } = error;
    if (error.unreachable) return `${name} (${endpoint}) cannot be asked: ${message}.`;
    return status === 401 || status === 403
      ? `${name} (${endpoint}) lets these credentials ask nothing: ${message}.`
      : undefined;
  }
}
