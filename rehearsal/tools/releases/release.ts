/** What a project publishes of a version of its program. */

/** Processors for which projects publish programs, as most of them call these. */
export type Arch = "amd64" | "arm64";

/** A program of a release. */
export interface Release {
  /** Where the file is: the program itself, or a zipped archive that has it. */
  readonly url: string;
  /** Path of the program in the archive. Default: the file is the program. */
  readonly member?: string;
  /** Where the release itself says the checksum of the file. Default: nowhere. */
  readonly sums?: string;
}

/** A program that is wanted. */
export interface WantedProgram {
  readonly name: string;
  readonly release: Release;
  /** Folder for the program. */
  readonly folder: string;
}

/** A file of a release with the programs that are wanted of it. */
export interface Asset {
  readonly url: string;
  readonly sums: string | undefined;
  readonly folder: string;
  readonly programs: readonly { readonly name: string; readonly member: string | undefined }[];
}

/** The processor of this machine; undefined where projects publish nothing for it. */
export function thisArch(platform = process.platform, arch = process.arch): Arch | undefined {
  if (platform !== "linux") return undefined;
  return arch === "x64" ? "amd64" : arch === "arm64" ? "arm64" : undefined;
}

/** The files that have the programs, each once. */
export function assetsOf(wanted: readonly WantedProgram[]): Asset[] {
  return [...new Set(wanted.map(({ release }) => release.url))].map((url) => {
    const of = wanted.filter(({ release }) => release.url === url);
    const [first] = of;
    if (!first) throw new Error(`nobody wants ${url}`);
    const programs = of.map(({ name, release: { member } }) => ({ name, member }));
    return { url, sums: first.release.sums, folder: first.folder, programs };
  });
}

/** The site of a URL, as it is told to people, e.g. `dl.k8s.io`. */
export function siteOf(url: string): string {
  const { host, protocol } = new URL(url);
  return protocol === "file:" ? "the mirror" : host;
}

/** Name of the file behind a URL. */
export function fileName(url: string): string {
  return new URL(url).pathname.split("/").at(-1) ?? url;
}
