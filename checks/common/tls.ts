/** TLS servers as a pod sees them. */
import { join } from "node:path";
import type { PodRef } from "../kube/client";
import type { LiveCluster } from "./check";
import type { TlsFindings, TlsQuestion } from "./tls-probe.mjs";

export type { TlsFindings, TlsQuestion } from "./tls-probe.mjs";

const program = join(__dirname, "tls-probe.mjs");

/**
 * How a server treats a client in a pod's network, where that is on this machine.
 *
 * @param question what is asked of whom; names are resolved as the cluster's pods do
 * @throws when the server cannot be asked
 */
export async function askByTls(
  here: LiveCluster,
  pod: PodRef,
  question: Omit<TlsQuestion, "resolver">,
): Promise<TlsFindings> {
  const asked: TlsQuestion = { resolver: await resolverOf(here), ...question };
  const ended = await here.inPod?.(pod, [process.execPath, program, JSON.stringify(asked)]);
  if (ended?.exitCode === 0) return JSON.parse(ended.stdout);
  throw new Error(`${question.host}:${question.port} cannot be asked: ${ended?.stderr.trim() ?? "no way to it"}`);
}

interface ServiceSpec {
  readonly clusterIP?: string;
}

/** The address at which pods of the cluster ask for names. */
async function resolverOf({ kube }: LiveCluster): Promise<string> {
  const dns = await kube.get({ apiVersion: "v1", kind: "Service", namespace: "kube-system", name: "kube-dns" });
  const address = (dns?.spec as ServiceSpec | undefined)?.clusterIP;
  if (!address) throw new Error("there is no Service kube-system/kube-dns");
  return address;
}
