import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { pack } from "tar-stream";
import type { BackendName } from "../../../components/backends/profiles";
import { type BundleFile, type BundleReader, filesOf, jsonFile } from "./collect";
import { ownWords } from "./own-words";
import { Redaction } from "./redaction";

/** The clusters of a lab, as they are asked for a bundle. */
export interface BundledLab {
  readonly backend: string;
  readonly clusters: readonly { readonly name: string; readonly kube: BundleReader }[];
}

/**
 * Writes what the clusters of a lab say into an archive (.tar.gz). Nothing secret is in it: neither what Secrets hold nor
 * what looks like a key or a token, wherever it stands.
 *
 * @param checks what they found
 * @throws when the file cannot be written
 */
export async function writeBundle(file: string, lab: BundledLab, checks: readonly object[]): Promise<void> {
  const redaction = new Redaction();
  const words = ownWords[lab.backend as BackendName] ?? [];
  const files: BundleFile[] = [jsonFile("checks.json", checks)];
  for (const { name, kube } of lab.clusters) {
    const found = await filesOf(name, kube, words, redaction).catch((error: Error) => [
      { name: `${name}/error.txt`, text: `${error.message}\n` },
    ]);
    files.push(...found);
  }
  const archive = pack();
  const written = pipeline(archive, createGzip(), createWriteStream(file));
  // Only now all secrets are known: one cluster's are in the other's objects.
  for (const { name, text } of files) archive.entry({ name: `lab/${name}` }, redaction.apply(text));
  archive.finalize();
  await written;
}
