import { deepEqual, equal, match, rejects, throws } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { openImageStore } from "../../rehearsal/images/images";
import { ensureImage, unmadeImages } from "../../rehearsal/images/made";
import { type Manifest, mediaTypes } from "../../rehearsal/images/manifests";
import type { Part } from "../../rehearsal/images/part";
import { links } from "../../rehearsal/images/part";
import { imageRecipes, madeImageFor, madeImages } from "../../rehearsal/images/recipes";
import { isMirrorOf, parseReference, referenceText } from "../../rehearsal/images/reference";
import { ImageStore } from "../../rehearsal/images/store";

const digest = `sha256:${"0".repeat(64)}`;
const report = () => {};

describe("the name of an image", () => {
  for (const [text, whole] of [
    ["redis", "docker.io/library/redis:latest"],
    ["docker.io/traefik:v3", "docker.io/library/traefik:v3"],
    ["index.docker.io/istio/pilot:1", "docker.io/istio/pilot:1"],
    ["istio/pilot:1.31.1", "docker.io/istio/pilot:1.31.1"],
    ["localhost:5000/a", "localhost:5000/a:latest"],
    ["images.example.com/mirror/istio/pilot:1.31.1", "images.example.com/mirror/istio/pilot:1.31.1"],
    [`quay.io/cilium/cilium:v1.20.2@${digest}`, `quay.io/cilium/cilium:v1.20.2@${digest}`],
    [`quay.io/cilium/cilium@${digest}`, `quay.io/cilium/cilium@${digest}`],
  ] as const) {
    it(`is ${whole} for ${text}`, () => equal(referenceText(parseReference(text)), whole));
  }

  it("is nothing else", () => {
    for (const text of ["", "Redis", "a b", "redis@sha256:1", "docker.io/"])
      throws(() => parseReference(text), /no image/);
  });

  it("is known behind a mirror, and not by its end alone", () => {
    equal(isMirrorOf("mirror/istio/pilot", "istio/pilot"), true);
    equal(isMirrorOf("bitnami/redis", "library/redis"), false);
    equal(isMirrorOf("myistio/pilot", "istio/pilot"), false);
  });
});

describe("images that can be made", () => {
  it("are found by repository whatever the tag and the mirror", () => {
    equal(madeImageFor("docker.io/istio/proxyv2:1.31.1"), "istio-proxy");
    equal(madeImageFor("images.example.com:5000/mirror/istio/proxyv2:1"), "istio-proxy");
    equal(madeImageFor("602401143452.dkr.ecr.eu-west-1.amazonaws.com/eks/coredns:v1.13.2-eksbuild.1"), "coredns");
    equal(madeImageFor("redis:8.2-alpine"), "redis");
    equal(madeImageFor("ghcr.io/linkerd/proxy:2026"), undefined);
  });

  it("are none for one that is wanted by its digest: only that very image is it", () => {
    equal(madeImageFor(`docker.io/istio/pilot@${digest}`), undefined);
  });

  it("have a key each, which is the same the next time", () => {
    const keys = () => madeImages.map((name) => JSON.stringify(imageRecipes[name].parts.map((part) => part.key())));
    deepEqual(keys(), keys());
    for (const key of keys()) match(key, /\w/);
  });
});

describe("the store of images", () => {
  let scratch = "";
  let store: ImageStore;
  const tag = "docker.io/acme/tool:1.2";

  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), "image-store-"));
    store = new ImageStore({ folder: join(scratch, "store") });
  });
  afterEach(() => rmSync(scratch, { recursive: true }));

  const file = (path: string, text: string): Part & { laid: number } => {
    const part = {
      laid: 0,
      pinned: () => undefined,
      key: () => `${path} ${text}`,
      lay: async (root: string) => {
        writeFileSync(join(root, path), text);
        part.laid += 1;
        return [`${path} v1`];
      },
    };
    return part;
  };

  const make = async (part: Part) =>
    await ensureImage(
      store,
      "tool",
      { repositories: ["docker.io/acme/tool"], parts: [part, links({ "/link": "file" })], config: { Cmd: ["/file"] } },
      report,
    );

  it("makes an image once, and anew when it would be made in another way", async () => {
    const part = file("file", "text");
    await make(part);
    await make(part);
    equal(part.laid, 1);
    const first = store.resolve(tag)?.digest;
    await make(file("file", "other text"));
    equal(store.entries().length, 1);
    equal(store.resolve(tag)?.digest === first, false);
  });

  it("knows which images it does not have as they would be made now", () => {
    deepEqual(unmadeImages(store, ["pause", "redis"]), ["pause", "redis"]);
    deepEqual(unmadeImages(store, []), []);
  });

  it("makes the same image of the same files", async () => {
    await make(file("file", "text"));
    const first = store.resolve(tag)?.digest;
    rmSync(join(scratch, "store"), { recursive: true });
    store = new ImageStore({ folder: join(scratch, "store") });
    await make(file("file", "text"));
    equal(store.resolve(tag)?.digest, first);
  });

  it("holds what the image specification demands", async () => {
    await make(file("file", "text"));
    const image = store.resolve(tag);
    equal(image?.mediaType, mediaTypes.manifest);
    const manifest = store.blobs.json<Manifest>(image?.digest ?? "");
    const [layer] = manifest.layers ?? [];
    const config = store.blobs.json<{ rootfs: object; config: object; os: string }>(manifest.config?.digest ?? "");
    deepEqual([config.config, config.os], [{ Cmd: ["/file"] }, "linux"]);
    deepEqual(config.rootfs, { type: "layers", diff_ids: [layer?.digest] });
    const listed = execFileSync("tar", ["-tvf", store.blobs.path(layer?.digest ?? "")], { encoding: "utf8" });
    match(listed, /^-\S+ (root|0)\/(root|0) +4 .* \.\/file$/m);
    match(listed, /\.\/link -> file$/m);
  });

  it("knows made images by repository, and says what they were made of", async () => {
    await make(file("file", "text"));
    deepEqual(store.origin("images.example.com/mirror/acme/tool:9"), { kind: "made", from: ["file v1"] });
    equal(store.resolve("docker.io/other/tool:1.2"), undefined);
    equal(store.origin("docker.io/other/tool:1.2"), undefined);
  });

  it("knows an image by its digest, wherever it is said to come from, and takes no layer for one", async () => {
    await make(file("file", "text"));
    const made = store.resolve(tag)?.digest ?? "";
    equal(store.resolve(`quay.io/x/y@${made}`)?.digest, made);
    equal(store.resolve(`quay.io/x/y@${digest}`), undefined);
    const [layer] = store.blobs.json<Manifest>(made).layers ?? [];
    equal(store.resolve(`quay.io/x/y@${layer?.digest}`), undefined);
  });

  it("sees what another process adds", async () => {
    const other = new ImageStore({ folder: store.folder });
    equal(other.resolve(tag), undefined);
    await make(file("file", "text"));
    equal(other.resolve(tag)?.digest, store.resolve(tag)?.digest);
  });

  it("takes a pulled image before a made one, under just its name", async () => {
    await make(file("file", "text"));
    const image = await store.blobs.addJson(mediaTypes.manifest, { schemaVersion: 2, config: {}, layers: [] });
    store.add({ name: tag, image, origin: { kind: "pulled" } });
    equal(store.resolve(tag)?.digest, image.digest);
    deepEqual(store.origin(tag), { kind: "pulled" });
    equal(store.origin("docker.io/acme/tool:1.3")?.kind, "made");
    equal(store.origin("images.example.com/acme/tool:1.2")?.kind, "made");
  });

  describe("with archives", () => {
    const archives = () => join(scratch, "archives");

    const archive = (name: string, files: Readonly<Record<string, string | Buffer>>) => {
      const folder = mkdtempSync(join(scratch, "tar-"));
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(join(folder, path, ".."), { recursive: true });
        writeFileSync(join(folder, path), content);
      }
      mkdirSync(archives(), { recursive: true });
      execFileSync("tar", ["-cf", join(archives(), name), "-C", folder, "."]);
    };

    const saved = (name: string) => ({
      "manifest.json": JSON.stringify([{ Config: "c.json", RepoTags: [name], Layers: ["l/1.tar", "l/2.tar"] }]),
      "c.json": JSON.stringify({ os: "linux" }),
      "l/1.tar": "plain",
      "l/2.tar": gzipSync("zipped"),
    });

    const open = (folder: string | undefined) =>
      openImageStore({ folder: store.folder, archives: folder, report: (line) => lines.push(line) });
    let lines: string[] = [];
    beforeEach(() => {
      lines = [];
    });

    it("of docker: configuration and layers, zipped or not", async () => {
      archive("tool.tar", saved("acme/tool:1.2"));
      store = await open(archives());
      const manifest = store.blobs.json<Manifest>(store.resolve(tag)?.digest ?? "");
      deepEqual(
        manifest.layers?.map(({ mediaType }) => mediaType),
        [mediaTypes.layer, mediaTypes.zippedLayer],
      );
      deepEqual(store.blobs.json(manifest.config?.digest ?? ""), { os: "linux" });
      const origin = store.origin(tag);
      equal(origin?.kind === "archive" && origin.file, join(archives(), "tool.tar"));
    });

    it("of an OCI layout: the image that its index names", async () => {
      await make(file("file", "text"));
      const made = store.resolve(tag);
      const annotations = { "org.opencontainers.image.ref.name": "quay.io/acme/given:3" };
      writeFileSync(
        join(store.folder, "index.json"),
        JSON.stringify({ schemaVersion: 2, manifests: [{ ...made, annotations }] }),
      );
      mkdirSync(archives());
      execFileSync("tar", [
        "-cf",
        join(archives(), "layout.tar"),
        "-C",
        store.folder,
        "blobs",
        "oci-layout",
        "index.json",
      ]);
      rmSync(store.folder, { recursive: true });
      store = await open(archives());
      equal(store.resolve("quay.io/acme/given:3")?.digest, made?.digest);
      equal(store.resolve("images.example.com/acme/given:3")?.digest, made?.digest);
      equal(store.resolve("quay.io/acme/given:4"), undefined);
    });

    it("goes by them first, and only as long as they are given", async () => {
      await make(file("file", "text"));
      archive("tool.tar", saved(tag));
      equal((await open(archives())).origin(tag)?.kind, "archive");
      equal((await open(undefined)).origin(tag)?.kind, "made");
    });

    it("reads each once, and one that changed again", async () => {
      archive("tool.tar", saved(tag));
      await open(archives());
      await open(archives());
      equal(lines.length, 1);
      archive("tool.tar", { ...saved(tag), "l/1.tar": "another, longer layer" });
      await open(archives());
      equal(lines.length, 2);
    });

    it("says what is wrong with a folder that has none", async () => {
      await rejects(
        open(join(scratch, "nowhere")),
        /--images .*nowhere has no archive of an image: put \*\.tar files there/,
      );
      archive("other.tar", { "README.md": "no image" });
      await rejects(open(archives()), /other\.tar has no image with a name/);
    });
  });
});
