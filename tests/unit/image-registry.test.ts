import { deepEqual, equal, match } from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureImage } from "../../rehearsal/images/made";
import { type Manifest, mediaTypes } from "../../rehearsal/images/manifests";
import { registryHandler } from "../../rehearsal/images/registry";
import { ImageStore } from "../../rehearsal/images/store";

describe("the registry of images", () => {
  let scratch = "";
  let store: ImageStore;
  let server: Server;
  let url = "";

  before(async () => {
    scratch = mkdtempSync(join(tmpdir(), "image-registry-"));
    store = new ImageStore({ folder: join(scratch, "store") });
    // Another process has made the image: the registry has a store of its own on the same folder.
    server = createServer(registryHandler(new ImageStore({ folder: store.folder })));
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const part = {
      pinned: () => undefined,
      key: () => "text",
      lay: async (root: string) => {
        writeFileSync(join(root, "file"), "text");
        return [];
      },
    };
    const recipe = { repositories: ["docker.io/acme/tool"], parts: [part], config: {} };
    await ensureImage(store, "tool", recipe, () => {});
    const image = await store.blobs.addJson(mediaTypes.index, { schemaVersion: 2, manifests: [] });
    store.add({ name: "quay.io/acme/tool:2", image, origin: { kind: "pulled" } });
  });
  after(() => {
    server.close();
    rmSync(scratch, { recursive: true });
  });

  const get = async (path: string, method = "GET") => {
    const response = await fetch(`${url}${path}`, { method });
    const { status, headers } = response;
    return {
      status,
      type: headers.get("content-type"),
      digest: headers.get("docker-content-digest"),
      length: Number(headers.get("content-length")),
      text: await response.text(),
    };
  };

  const codeOf = (text: string) => JSON.parse(text).errors[0].code;

  it("says that it is one", async () => {
    equal((await get("/v2/")).status, 200);
    equal((await get("/v2")).status, 200);
  });

  it("gives a manifest by tag and by digest, and all that it refers to", async () => {
    const byTag = await get("/v2/acme/tool/manifests/1.0?ns=docker.io");
    deepEqual([byTag.status, byTag.type, byTag.digest], [200, mediaTypes.manifest, store.resolve("acme/tool")?.digest]);
    const byDigest = await get(`/v2/acme/tool/manifests/${byTag.digest}?ns=docker.io`);
    deepEqual(byDigest, byTag);
    const { config, layers = [] } = JSON.parse(byTag.text) as Manifest;
    for (const each of [config, ...layers]) {
      const blob = await get(`/v2/acme/tool/blobs/${each?.digest}?ns=docker.io`);
      deepEqual([blob.status, blob.digest, blob.length], [200, each?.digest, each?.size]);
      equal(Buffer.byteLength(blob.text), each?.size);
    }
  });

  it("says how long what it has is, without giving it", async () => {
    const whole = await get("/v2/acme/tool/manifests/1.0?ns=docker.io");
    const head = await get("/v2/acme/tool/manifests/1.0?ns=docker.io", "HEAD");
    deepEqual(head, { ...whole, text: "" });
  });

  it("goes by the registry that is meant", async () => {
    equal((await get("/v2/acme/tool/manifests/2?ns=quay.io")).type, mediaTypes.index);
    equal((await get("/v2/acme/tool/manifests/2?ns=ghcr.io")).type, mediaTypes.manifest);
  });

  for (const [what, path, status, code] of [
    ["an image that it does not have", "/v2/acme/other/manifests/1?ns=docker.io", 404, "MANIFEST_UNKNOWN"],
    ["a manifest by a digest of nothing", `/v2/acme/tool/manifests/sha256:${"0".repeat(64)}`, 404, "MANIFEST_UNKNOWN"],
    ["a blob that it does not have", `/v2/acme/tool/blobs/sha256:${"0".repeat(64)}`, 404, "BLOB_UNKNOWN"],
    ["a digest that leads out of its folder", "/v2/acme/tool/blobs/sha256:..%2F..%2Foci-layout", 400, "NAME_INVALID"],
    ["a name that is none", "/v2/ACME/manifests/1?ns=docker.io", 400, "NAME_INVALID"],
    ["anything else", "/v2/_catalog", 404, "NAME_UNKNOWN"],
  ] as const) {
    it(`refuses ${what} as the specification says`, async () => {
      const { status: answered, text, type } = await get(path);
      deepEqual([answered, codeOf(text)], [status, code]);
      match(type ?? "", /^application\/json/);
    });
  }

  it("takes nothing in", async () => {
    const { status, text } = await get("/v2/acme/tool/blobs/uploads/", "POST");
    deepEqual([status, codeOf(text)], [405, "UNSUPPORTED"]);
  });
});
