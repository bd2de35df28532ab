/** Images as real programs pull and make them. */
import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ensureMadeImages } from "../../rehearsal/images/made";
import { registryHandler } from "../../rehearsal/images/registry";
import { ImageStore } from "../../rehearsal/images/store";
import { Upstream } from "../../rehearsal/images/upstream";
import { findGo } from "../../rehearsal/tools/go";
import { ensureTools } from "../../rehearsal/tools/tools";

const run = promisify(execFile);

describe("images that are made and pulled", function () {
  this.timeout(20 * 60_000);
  let scratch = "";
  let crane = "";
  let made: ImageStore;
  let server: Server;
  let host = "";
  const report = (line: string) => process.stdout.write(`    ${line}\n`);

  before(async function () {
    if (!findGo()) {
      report("skipped: there is no Go here that builds what is in them");
      this.skip();
    }
    ({ crane } = await ensureTools(report, ["crane"]));
    scratch = mkdtempSync(join(tmpdir(), "images-"));
    made = new ImageStore({ folder: join(scratch, "made") });
    await ensureMadeImages(made, ["pause"], report);
    server = createServer(registryHandler(made));
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server?.close();
    if (scratch) rmSync(scratch, { recursive: true });
  });

  it("are what a client that knows the specification takes for an image", async () => {
    const image = `${host}/pause:3.10`;
    const config = JSON.parse((await run(crane, ["config", "--insecure", image])).stdout);
    deepEqual(config.config, { Entrypoint: ["/pause"] });
    const files = join(scratch, "files.tar");
    await run(crane, ["export", "--insecure", image, files]);
    match((await run("tar", ["-tvf", files])).stdout, /^-rwxr-xr-x .* \/?pause$/m);
  });

  it("are pulled into another store whole", async () => {
    const store = new ImageStore({ folder: join(scratch, "pulled") });
    const upstream = new Upstream(store, { crane, insecure: true });
    const image = `${host}/pause:3.10`;
    equal(store.resolve(image), undefined);
    equal(await upstream.canBeHad(image), true);
    await upstream.pull(image);
    equal(store.resolve(image)?.digest, made.resolve(image)?.digest);
    deepEqual(store.origin(image), { kind: "pulled" });
    const { layers = [], config } = store.blobs.json<{ layers?: { digest: string }[]; config: { digest: string } }>(
      store.resolve(image)?.digest ?? "",
    );
    for (const { digest } of [config, ...layers]) equal(store.blobs.has(digest), true);
  });

  it("cannot be had where a registry does not have them, or does not answer", async () => {
    const upstream = new Upstream(new ImageStore({ folder: join(scratch, "empty") }), { crane, insecure: true });
    equal(await upstream.canBeHad(`${host}/nothing:1`), false);
    // The same registry is asked for another one: it has answered.
    equal(await upstream.canBeHad(`${host}/pause:1`), true);
    // Nobody listens on the port of discard (RFC 863).
    equal(await upstream.canBeHad("127.0.0.1:9/pause:1"), false);
    await rejects(upstream.pull(`${host}/nothing:1`), /nothing:1 cannot be pulled: .*MANIFEST_UNKNOWN/);
  });
});
