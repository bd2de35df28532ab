/** Images from their own registries, fetched by crane. */
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { UserError } from "../base/user-error";
import type { Descriptor } from "./blobs";
import { thisPlatform } from "./manifests";
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
    const known = this.had.get(referenceText(wanted)) ?? this.ask(wanted.host, referenceText(wanted));
    return await known;
  }

  /**
   * Brings an image into the store.
   *
   * @throws UserError when its registry does not let us have it
   */
  async pull(reference: string): Promise<void> {
    const name = referenceText(parseReference(reference));
    const { os, architecture } = thisPlatform();
    await this.store.blobs.withScratch(async (scratch) => {
      const layout = join(scratch, "layout");
      try {
        await this.crane(["pull", "--format", "oci", "--platform", `${os}/${architecture}`, name, layout]);
      } catch (error) {
        throw new UserError(`${reference} cannot be pulled: ${saidBy(error)}`);
      }
      const blobs = join(layout, "blobs", "sha256");
      for (const blob of readdirSync(blobs)) {
        await this.store.blobs.takeFile("application/octet-stream", join(blobs, blob));
      }
      const index: { manifests: readonly Descriptor[] } = JSON.parse(readFileSync(join(layout, "index.json"), "utf8"));
      const [image] = index.manifests;
      if (!image) throw new Error(`crane left no image of ${reference}`);
      const { mediaType, digest, size } = image;
      this.store.add({ name, image: { mediaType, digest, size }, origin: { kind: "pulled" } });
    });
  }

  private ask(host: string, name: string): Promise<boolean> {
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

  private async crane(args: readonly string[], timeout = 0): Promise<void> {
    const { crane, insecure } = this.options;
    await run(crane, [...args, ...(insecure ? ["--insecure"] : [])], { timeout, maxBuffer: 64 * 1024 * 1024 });
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
