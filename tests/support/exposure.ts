/**
 * Looks for secrets in clear in what a rehearsal writes: the engine's state and its history, logs, the report, the result,
 * the screen.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { KubeClient } from "../../checks/kube/client";

/** What looks like a secret, whatever it is. */
const patterns: readonly [what: string, pattern: RegExp][] = [
  ["a private key", /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ["a private key in base64", inBase64("PRIVATE KEY-----")],
  ["a token", /\beyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\./],
];

/** A text within a longer one in base64, where it may begin at each of three places of a group. */
function inBase64(text: string): RegExp {
  const forms = [0, 1, 2].map((before) => {
    const written = Buffer.from(" ".repeat(before) + text).toString("base64");
    // Without the characters into which a part of something else went.
    return written.slice(Math.ceil((before * 8) / 6), Math.floor(((before + text.length) * 8) / 6));
  });
  return new RegExp(forms.join("|"));
}

/** A text that must hold no secret. */
export interface Written {
  readonly where: string;
  readonly text: string;
}

/** A secret's value, in every form in which it would be found. */
export interface Known {
  readonly name: string;
  readonly forms: readonly string[];
}

/**
 * @param kubeconfigs of the lab's clusters: what their Secrets hold is looked for word by word
 * @returns what was found and where; empty when nothing was
 */
export async function exposures(written: readonly Written[], kubeconfigs: readonly string[]): Promise<string[]> {
  const known = (await Promise.all(kubeconfigs.map(secretsIn))).flat();
  if (known.length === 0) throw new Error("the clusters hold no Secret: nothing would be looked for");
  return found(written, known);
}

/** What looks like a secret in a text, and what is one of the `known`. */
export function found(written: readonly Written[], known: readonly Known[]): string[] {
  return written.flatMap(({ where, text }) => [
    ...patterns.flatMap(([what, pattern]) => (pattern.test(text) ? [`${what} in ${where}`] : [])),
    ...known.flatMap(({ name, forms }) => (forms.some((form) => text.includes(form)) ? [`${name} in ${where}`] : [])),
  ]);
}

/** As it is, as Kubernetes keeps it, and as JSON writes it. */
export function formsOf(text: string): string[] {
  return [text, Buffer.from(text).toString("base64"), JSON.stringify(text).slice(1, -1)];
}

/** Files below `folder`, as text. */
export function filesBelow(folder: string, named = /./): Written[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => named.test(name))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => ({ where: path.slice(folder.length + 1), text: readFileSync(path, "utf8") }));
}

/** Shorter values are words and would be found everywhere. */
const leastLength = 12;

/** What the Secrets of a cluster hold. */
export async function secretsIn(kubeconfig: string): Promise<Known[]> {
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
      // What is no text has no other form.
      return [{ name, forms: [base64, ...formsOf(text)] }];
    }),
  );
}
