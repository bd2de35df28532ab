/** Images from their own registries, fetched by crane. */
import { execFile } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { UserError } from "../base/user-error";
import { mediaTypeOf, mediaTypes, thisPlatform } from "./manifests";
import { parseReference, referenceText } from "./reference";
import type { ImageStore } from "./store";

const run = promisify(execFile);

/** Real milliseconds in which a registry has to say whether it has an image. */
const patience = 10_000;

/** How a registry is asked. */
export interface UpstreamOptions {
  /** Path of crane. */
  readonly crane: string;
  /** Whether registries are asked without TLS, as one on this machine's loopback may be. Default: no. */
  readonly insecure?: boolean;
}

/** What the registries of the world have, for a store. */
export class Upstream {
  /** By reference; and by registry, whether it can be reached at all. */
  private readonly had = new Map<string, Promise<boolean>>();
  private readonly reached = new Map<string, Promise<boolean>>();

  constructor(
    private readonly store: ImageStore,
    private readonly options: UpstreamOptions,
  ) {}

  /**
   * Whether a pod with this image can run: the store has it, or its registry does and lets us have it. Each registry that is
   * out of reach is asked once.
   */
  async canBeHad(reference: string): Promise<boolean> {
    if (this.store.resolve(reference)) return true;
    const wanted = parseReference(reference);
    const reached = this.reached.get(wanted.host);
    if (reached && !(await reached)) return false;
    const known = this.had.get(referenceText(wanted)) ?? this.look(wanted.host, referenceText(wanted));
    return await known;
  }

  /** Whether the registry of an image lets us have it, whatever the store has. */
  reaches(reference: string): Promise<boolean> {
    const wanted = parseReference(reference);
    return this.look(wanted.host, referenceText(wanted));
  }

  /**
   * Brings an image into the store: of one for several platforms the list, and what is for this one.
   *
   * @throws UserError when its registry does not let us have it
   */
  async pull(reference: string): Promise<void> {
    const wanted = parseReference(reference);
    const { blobs } = this.store;
    await blobs.withScratch(async (scratch) => {
      const manifest = join(scratch, "manifest");
      writeFileSync(manifest, await this.ask(reference, ["manifest", referenceText(wanted)]));
      const mediaType = mediaTypeOf(JSON.parse(readFileSync(manifest, "utf8"))) ?? mediaTypes.manifest;
      const image = await blobs.takeFile(mediaType, manifest);
      const layout = join(scratch, "layout");
      const { os, architecture } = thisPlatform();
      const { host, path } = wanted;
      // By its digest: what the tag names may be another one by now.
      const name = referenceText({ host, path, digest: image.digest });
      await this.ask(reference, ["pull", "--format", "oci", "--platform", `${os}/${architecture}`, name, layout]);
      const pulled = join(layout, "blobs", "sha256");
      for (const blob of readdirSync(pulled)) await blobs.takeFile("application/octet-stream", join(pulled, blob));
      this.store.add({ name: referenceText(wanted), image, origin: { kind: "pulled" } });
    });
  }

  private async ask(reference: string, args: readonly string[]): Promise<string> {
    try {
      return await this.crane(args);
    } catch (error) {
      throw new UserError(`${reference} cannot be pulled: ${saidBy(error)}`);
    }
  }

  private look(host: string, name: string): Promise<boolean> {
    const said = this.crane(["manifest", name], patience).then(
      () => ({ has: true, answers: true }),
      (error) => ({ has: false, answers: isRefusal(error) }),
    );
    this.reached.set(
      host,
      said.then(({ answers }) => answers),
    );
    const has = said.then((answer) => answer.has);
    this.had.set(name, has);
    return has;
  }

  private async crane(args: readonly string[], timeout = 0): Promise<string> {
    const { crane, insecure } = this.options;
    const { stdout } = await run(crane, [...args, ...(insecure ? ["--insecure"] : [])], {
      timeout,
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  }
}

/** Whether a registry said no, and not the network: its answers have a status or a code (distribution-spec, "Error Codes"). */
function isRefusal(error: unknown): boolean {
  return /\b(MANIFEST_UNKNOWN|NAME_UNKNOWN|UNAUTHORIZED|DENIED|TOOMANYREQUESTS)\b|unexpected status code \d+/.test(
    saidBy(error),
  );
}

function saidBy(error: unknown): string {
  const { stderr = "" } = error as { stderr?: string };
  return stderr.trim().split("\n").at(-1) || String(error);
}
