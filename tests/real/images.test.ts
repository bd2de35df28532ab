/** Images as real programs pull and make them. */
import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ensureMadeImages } from "../../rehearsal/images/made";
import { type Manifest, mediaTypes, thisPlatform } from "../../rehearsal/images/manifests";
import { registryHandler } from "../../rehearsal/images/registry";
import { ImageStore } from "../../rehearsal/images/store";
import { Upstream } from "../../rehearsal/images/upstream";
import { findGo } from "../../rehearsal/tools/go";
import { missingPrograms } from "../../rehearsal/tools/system-programs";
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

  it("for several platforms are pulled for this one, and known by the digest of all", async () => {
    const pause = made.resolve("pause:3.10");
    const other = { ...pause, digest: `sha256:${"0".repeat(64)}`, platform: { os: "linux", architecture: "riscv64" } };
    const index = await made.blobs.addJson(mediaTypes.index, {
      schemaVersion: 2,
      mediaType: mediaTypes.index,
      manifests: [{ ...pause, platform: thisPlatform() }, other],
    });
    const image = `${host}/pause@${index.digest}`;
    const store = new ImageStore({ folder: join(scratch, "platforms") });
    await new Upstream(store, { crane, insecure: true }).pull(image);
    equal(store.resolve(image)?.digest, index.digest);
    equal(store.manifest(pause?.digest ?? "")?.digest, pause?.digest);
  });

  it("of Debian's packages run, with the libraries that they are linked with", async function () {
    if (process.getuid?.() !== 0 || missingPrograms(["apt-get", "dpkg-deb"]).length > 0) {
      report("skipped: it takes root, and a system with apt");
      this.skip();
    }
    await ensureMadeImages(made, ["redis"], report);
    const image = "docker.io/library/redis:8.2-alpine";
    const origin = made.origin(image);
    const said = origin?.kind === "made" ? origin.from.join() : "";
    const [, version = "none"] = /redis-server (?:\d+:)?([\d.]+)/.exec(said) ?? [];
    const root = join(scratch, "root");
    mkdirSync(root);
    const { layers = [] } = made.blobs.json<Manifest>(made.resolve(image)?.digest ?? "");
    await run("tar", ["-xf", made.blobs.path(layers[0]?.digest ?? ""), "-C", root]);
    const command = "PATH=/usr/local/bin:/usr/bin; redis-server --version | tr v V";
    const { stdout } = await run("chroot", [root, "/usr/local/bin/sh", "-c", command]);
    match(stdout, new RegExp(`V=${version.replaceAll(".", "\\.")} `));
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
