/** Looks for secrets in clear in what a rehearsal writes: the engine's state and its history, the result, the screen. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { KubeClient } from "../../checks/kube/client";

/** What looks like a secret, whatever it is. */
const patterns: readonly [what: string, pattern: RegExp][] = [
  ["a private key", /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ["a private key in base64", /LS0tLS1CRUdJTi[A-Za-z0-9+/]*UFJJVkFURSBLRVkt/],
  ["a token", /\beyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\./],
];

/** A text that must hold no secret. */
export interface Written {
  readonly where: string;
  readonly text: string;
}

/**
 * @param kubeconfigs of the lab's clusters: what their Secrets hold is looked for word by word
 * @returns what was found and where; empty when nothing was
 */
export async function exposures(written: readonly Written[], kubeconfigs: readonly string[]): Promise<string[]> {
  const known = (await Promise.all(kubeconfigs.map(secretsIn))).flat();
  if (known.length === 0) throw new Error("the clusters hold no Secret: nothing would be looked for");
  return written.flatMap(({ where, text }) => [
    ...patterns.flatMap(([what, pattern]) => (pattern.test(text) ? [`${what} in ${where}`] : [])),
    ...known.flatMap(({ name, forms }) => (forms.some((form) => text.includes(form)) ? [`${name} in ${where}`] : [])),
  ]);
}

/** Every file below `folder`, as text. */
export function filesBelow(folder: string): Written[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => ({ where: path.slice(folder.length + 1), text: readFileSync(path, "utf8") }));
}

/** Shorter values are words and would be found everywhere. */
const leastLength = 12;

async function secretsIn(kubeconfig: string): Promise<{ name: string; forms: string[] }[]> {
  const secrets = await new KubeClient(kubeconfig).list("v1", "Secret");
  return secrets.flatMap(({ metadata, data }) =>
    Object.entries((data ?? {}) as Record<string, string>).flatMap(([key, base64]) => {
      const text = Buffer.from(base64, "base64").toString();
      // Certificates are public, also in a Secret.
      const isPublic = /-----BEGIN CERTIFICATE-----/.test(text) && !/PRIVATE KEY/.test(text);
      // Kubernetes writes beside a token the name of its namespace.
      const isName = key === "namespace";
      if (isPublic || isName || text.length < leastLength) return [];
      const name = `Secret ${metadata.namespace}/${metadata.name} ${key}`;
      // As it is, as Kubernetes keeps it, and as JSON writes it.
      return [{ name, forms: [text, base64, JSON.stringify(text).slice(1, -1)] }];
    }),
  );
}
