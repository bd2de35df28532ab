import { deepEqual, equal } from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { workName } from "../../rehearsal/base/disuse";
import { executable, startOf } from "../../rehearsal/base/processes";
import { cleanCache } from "../../rehearsal/cli/cache";
import { addImage, mediaTypes } from "../../rehearsal/images/manifests";
import { ImageStore, imagesFolder } from "../../rehearsal/images/store";

describe("what rehearsals keep for later ones", () => {
  let cache = "";
  let store: ImageStore;
  const children: ChildProcess[] = [];

  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), "cache-"));
    store = new ImageStore({ folder: imagesFolder(cache) });
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    rmSync(cache, { recursive: true });
  });

  const setAge = (path: string, days: number) => {
    const time = new Date(Date.now() - days * 24 * 3600 * 1000);
    utimesSync(path, time, time);
  };

  const put = (path: string, days = 0): string => {
    const file = join(cache, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, path);
    setAge(file, days);
    return file;
  };

  const program = (folder: string, days: number) => {
    const file = put(join(folder, "bin", "kubelet"));
    setAge(join(cache, folder), days);
    return file;
  };

  /** An image of two layers, one of which is in every image. */
  const addTool = async (name: string) => {
    const layers = await Promise.all([`layer of ${name}`, "shared"].map((text) => addBlob(text)));
    const [layer, shared] = layers as [(typeof layers)[0], (typeof layers)[0]];
    const { digest: whole } = await addImage(store.blobs, layer, { Cmd: [name] });
    const made = store.blobs.json<object>(whole);
    const image = await store.blobs.addJson(mediaTypes.manifest, { ...made, layers: [layer, shared] });
    rmSync(store.blobs.path(whole));
    store.add({ name: `docker.io/acme/${name}`, image, origin: { kind: "made", from: [name] } });
    return image.digest;
  };
  const addBlob = (text: string) =>
    store.blobs.withScratch(async (scratch) => {
      writeFileSync(join(scratch, "layer"), text);
      // Archives have files from long ago.
      setAge(join(scratch, "layer"), 1000);
      return await store.blobs.takeFile(mediaTypes.layer, join(scratch, "layer"));
    });

  const ageBlobs = (days: number) => {
    for (const digest of store.blobs.list()) setAge(store.blobs.path(digest), days);
  };
  const names = () => store.entries().map(({ name }) => name);

  describe("stays when it was used in the last 30 days, and goes after that:", () => {
    it("programs", () => {
      program("tools-recent", 29);
      program("tools-old", 31);
      put("else/file", 31);
      cleanCache(cache);
      deepEqual(readdirSync(cache).sort(), ["else", "images", "tools-recent"]);
    });

    it("images, with what no other one consists of", async () => {
      await addTool("wanted");
      await addTool("unwanted");
      ageBlobs(31);
      store.resolve("docker.io/acme/wanted:1");
      cleanCache(cache);
      deepEqual(names(), ["docker.io/acme/wanted"]);
      // Manifest, configuration and two layers.
      equal(store.blobs.list().length, 4);
    });

    it("images that are wanted by their digest", async () => {
      const digest = await addTool("wanted");
      ageBlobs(31);
      store.resolve(`docker.io/acme/wanted@${digest}`);
      cleanCache(cache);
      equal(store.blobs.list().length, 4);
    });

    it("images for several platforms, of which one is here", async () => {
      const one = await store.blobs.addJson(mediaTypes.manifest, {
        schemaVersion: 2,
        layers: [await addBlob("layer")],
      });
      const elsewhere = { ...one, digest: `sha256:${"0".repeat(64)}` };
      const image = await store.blobs.addJson(mediaTypes.index, { schemaVersion: 2, manifests: [one, elsewhere] });
      store.add({ name: "docker.io/acme/wanted:1", image, origin: { kind: "pulled" } });
      ageBlobs(31);
      store.resolve("docker.io/acme/wanted:1");
      cleanCache(cache);
      equal(store.blobs.list().length, 3);
      ageBlobs(31);
      cleanCache(cache);
      deepEqual([names(), store.blobs.list()], [[], []]);
    });

    it("layers that belong to no image", async () => {
      const [recent, old] = [await addBlob("of an image that is being made"), await addBlob("of an older recipe")];
      setAge(store.blobs.path(old.digest), 31);
      cleanCache(cache);
      deepEqual(store.blobs.list(), [recent.digest]);
    });
  });

  it("stays, however old, while a program of it runs", async () => {
    const sleep = program("tools-old", 31);
    copyFileSync("/bin/sleep", sleep);
    const child = spawn(sleep, ["60"]);
    children.push(child);
    while (executable(child.pid ?? 0) !== sleep) await new Promise((resolve) => setTimeout(resolve, 10));
    setAge(join(cache, "tools-old"), 31);
    await addTool("unwanted");
    ageBlobs(31);
    cleanCache(cache);
    deepEqual(readdirSync(cache).sort(), ["images", "tools-old"]);
    equal(names().length, 1);
    child.kill("SIGKILL");
    await once(child, "exit");
    cleanCache(cache);
    deepEqual(readdirSync(cache), ["images"]);
    equal(names().length, 0);
  });

  it("stays while a process works on it, and goes when that was killed", async () => {
    const child = spawn("sleep", ["60"]);
    children.push(child);
    const { pid = 0 } = child;
    const theirs = (what: string) => `${what}-${pid}.${startOf(pid)}`;
    program("tools-recent", 0);
    const work = () => [
      ...readdirSync(store.folder).filter((name) => name.startsWith("scratch-")),
      ...readdirSync(join(cache, "tools-recent", "bin")).filter((name) => name.startsWith(".")),
    ];
    put(join("images", `${workName("scratch")}-aB1-x9`, "file"));
    put(join("images", `${theirs("scratch")}-aB1-x9`, "file"));
    put(join("tools-recent", "bin", theirs(".containerd-shim-runc-v2")));
    put(join("tools-recent", "bin", `${theirs(".kubelet")}.patched`, "go.mod"));
    cleanCache(cache);
    equal(work().length, 4);
    child.kill("SIGKILL");
    await once(child, "exit");
    cleanCache(cache);
    deepEqual(work(), [`${workName("scratch")}-aB1-x9`]);
    deepEqual(readdirSync(join(cache, "tools-recent", "bin")), ["kubelet"]);
  });

  it("may be nothing", () => {
    rmSync(imagesFolder(cache), { recursive: true });
    cleanCache(cache);
    cleanCache(join(cache, "nowhere"));
    deepEqual(readdirSync(cache), []);
  });
});
