/** Programs from releases, all at once. */
import { setMaxListeners } from "node:events";
import { mkdirSync } from "node:fs";
import { UserError } from "../../base/user-error";
import type { Checksum } from "./checksums";
import { checksumOf, download, reasonOf } from "./download";
import { FetchProgress, type Screen } from "./progress";
import { type Asset, assetsOf, siteOf, type WantedProgram } from "./release";
import type { Sites } from "./site";
import { unpack } from "./unpack";

/** How programs are fetched. */
export interface FetchOptions {
  readonly sites: Sites;
  /** Is told lines that stay. */
  readonly report: (line: string) => void;
  /** Where progress is redrawn. Default: nowhere. */
  readonly screen?: Screen | undefined;
  /** Checksums that are known, by URL. Default: this project's. */
  readonly known?: Readonly<Record<string, Checksum>>;
}

/**
 * Fetches programs into their folders.
 *
 * @returns why programs could not be had, by their names: they may be built
 * @throws UserError when something is not what it should be
 */
export async function fetchPrograms(
  wanted: readonly WantedProgram[],
  { sites, report, screen, known }: FetchOptions,
): Promise<ReadonlyMap<string, string>> {
  const assets = assetsOf(wanted);
  const progress = new FetchProgress(assets, report, screen);
  const wrong = new AbortController();
  // Each file listens several times.
  setMaxListeners(0, wrong.signal);
  const trusted: Asset[] = [];
  const fetchOne = async (asset: Asset) => {
    mkdirSync(asset.folder, { recursive: true });
    const checksum = await checksumOf(asset, sites, known);
    if (checksum.source === (asset.sums && sites.at(asset.sums))) trusted.push(asset);
    const onBytes = (bytes: number, size: number | undefined) => progress.note(asset, bytes, size);
    await unpack(asset, await download(asset, { sites, checksum, signal: wrong.signal, onBytes }));
    progress.finish(asset, sites);
  };
  const outcomes = await Promise.allSettled(
    assets.map((asset) =>
      fetchOne(asset).catch((error) => {
        if (error instanceof UserError) wrong.abort(error);
        throw error;
      }),
    ),
  );
  if (wrong.signal.aborted) throw wrong.signal.reason;
  if (trusted.length > 0) progress.say(trustText(trusted, sites));
  return new Map(
    outcomes.flatMap((outcome, index) => {
      const asset = assets[index];
      if (outcome.status === "fulfilled" || !asset) return [];
      const reason = reasonOf(outcome.reason, asset.url, sites);
      return asset.programs.map(({ name }) => [name, reason] as const);
    }),
  );
}

/** Which checksums are nobody's but the site's itself. */
function trustText(assets: readonly Asset[], sites: Sites): string {
  const names = assets.flatMap(({ programs }) => programs.map(({ name }) => name));
  const from = [...new Set(assets.map(({ url }) => siteOf(sites.at(url))))];
  return `checksums of ${names.join(", ")} are those that ${from.join(", ")} says of them: this project has none of its own`;
}
