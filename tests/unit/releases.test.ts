import { deepEqual, equal, match, ok, rejects, throws } from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { UserError } from "../../rehearsal/base/user-error";
import { releaseOf } from "../../rehearsal/tools/program";
import { baseTools, nodeTools, toolProgram, toolVersion } from "../../rehearsal/tools/recipes";
import { knownChecksums, saidChecksum } from "../../rehearsal/tools/releases/checksums";
import { fetchPrograms } from "../../rehearsal/tools/releases/fetch";
import type { Arch, WantedProgram } from "../../rehearsal/tools/releases/release";
import { Sites } from "../../rehearsal/tools/releases/site";
import { planTools } from "../../rehearsal/tools/tools";
import { ReleaseServer } from "../support/release-server";

const sha256 = (content: Buffer) => createHash("sha256").update(content).digest("hex");

describe("released programs", () => {
  const url = "https://releases.example/kwok/v1/kwok-linux-amd64";
  const path = "/releases.example/kwok/v1/kwok-linux-amd64";
  const content = randomBytes(300_000);
  let releases: ReleaseServer;
  let cache = "";
  let lines: string[] = [];

  beforeEach(async () => {
    releases = await ReleaseServer.start();
    cache = mkdtempSync(join(tmpdir(), "releases-"));
    lines = [];
  });
  afterEach(() => {
    releases.close();
    rmSync(cache, { recursive: true });
  });

  const wanted = (more: Partial<WantedProgram["release"]> = {}, name = "kwok"): WantedProgram => ({
    name,
    release: { url, ...more },
    folder: join(cache, "bin"),
  });
  const mirrored = (more = {}) => new Sites({ env: { MULTICLUSTER_LAB_MIRROR: releases.url }, retryPause: 5, ...more });
  const fetch = (programs: readonly WantedProgram[], sum = sha256(content), sites = mirrored()) =>
    fetchPrograms(programs, {
      sites,
      report: (line) => lines.push(line),
      known: { [url]: { sha256: sum, source: "the test" } },
    });
  const fetched = () => readFileSync(join(cache, "bin", "kwok"));

  it("are there when they are what they should be, and can be run", async () => {
    releases.files.set(path, { content });
    deepEqual([...(await fetch([wanted()]))], []);
    ok(fetched().equals(content));
    equal(statSync(join(cache, "bin", "kwok")).mode & 0o777, 0o755);
    deepEqual(readdirSync(join(cache, "bin")), ["kwok"]);
    match(lines.join("\n"), /^fetched kwok from 127\.0\.0\.1:\d+ \(0 MB\)$/);
  });

  it("may come slowly, as long as they come", async () => {
    releases.files.set(path, { content, pause: 150, pieces: 8 });
    deepEqual([...(await fetch([wanted()], undefined, mirrored({ stallPatience: 1000 })))], []);
    ok(fetched().equals(content));
  });

  it("go on where they broke off, also after another silence and in another run", async () => {
    releases.files.set(path, { content, breaksAt: [100_000, 200_000] });
    await fetch([wanted()]);
    ok(fetched().equals(content));
    deepEqual(
      releases.asked.map(({ range }) => range),
      [undefined, "bytes=100000-", "bytes=200000-"],
    );
    rmSync(join(cache, "bin", "kwok"));
    writeFileSync(join(cache, "bin", ".kwok-linux-amd64.part"), content.subarray(0, 250_000));
    await fetch([wanted()]);
    equal(releases.asked.at(-1)?.range, "bytes=250000-");
    ok(fetched().equals(content));
  });

  it("keep what has come when no more comes, and are built then", async () => {
    releases.files.set(path, { content, breaksAt: [1000, 1000, 1000, 1000, 1000, 1000] });
    match((await fetch([wanted()])).get("kwok") ?? "", /^127\.0\.0\.1:\d+ broke off: /);
    deepEqual(readdirSync(join(cache, "bin")), [".kwok-linux-amd64.part"]);
  });

  it("that are not what they should be end with one sentence, and nothing of them is left", async () => {
    releases.files.set(path, { content });
    await rejects(fetch([wanted()], sha256(Buffer.from("other"))), (error) => {
      ok(error instanceof UserError);
      match(error.message, /kwok-linux-amd64 is not the file that it should be, and was removed: [^\n]+ by the test;/);
      return true;
    });
    deepEqual(readdirSync(join(cache, "bin")), []);
  });

  it("are built where the site does not have them, or says no checksum of them", async () => {
    match((await fetch([wanted()])).get("kwok") ?? "", /answered 404$/);
    releases.files.set(path, { content });
    const unknown = { ...wanted(), release: { url: `${url}.gz` } };
    match((await fetch([unknown])).get("kwok") ?? "", /has no checksum of it$/);
  });

  it("of an archive are taken out of it, several at once", async () => {
    const archive = pack();
    archive.entry({ name: "./", type: "directory" });
    for (const name of ["./ptp", "./README.md", "./portmap"]) archive.entry({ name }, name);
    archive.finalize();
    const zipped = gzipSync(await buffer(archive));
    releases.files.set(path, { content: zipped });
    const of = ["ptp", "portmap"].map((name) => wanted({ member: name }, name));
    deepEqual([...(await fetch(of, sha256(zipped)))], []);
    deepEqual(readdirSync(join(cache, "bin")).sort(), ["portmap", "ptp"]);
    equal(readFileSync(join(cache, "bin", "ptp"), "utf8"), "./ptp");
    equal(releases.asked.length, 1);
    const lacking = await fetch([wanted({ member: "bridge" }, "bridge")], sha256(zipped));
    match(lacking.get("bridge") ?? "", /has no bridge/);
  });

  it("without a checksum of this project are trusted for the release's own, which is said", async () => {
    releases.files.set(path, { content });
    releases.files.set(`${dirname(path)}/SHA256SUMS`, {
      content: Buffer.from(`${"0".repeat(64)}  kwok-linux-arm64\n${sha256(content)} *kwok-linux-amd64\n`),
    });
    const sums = `${dirname(url)}/SHA256SUMS`;
    const trusting = () =>
      fetchPrograms([wanted({ sums })], { sites: mirrored(), report: (line) => lines.push(line), known: {} });
    deepEqual([...(await trusting())], []);
    match(lines.at(-1) ?? "", /^checksums of kwok are those that 127\.0\.0\.1:\d+ says of them/);
    releases.files.set(path, { content: Buffer.from("other") });
    await rejects(trusting(), /is not the file that it should be/);
  });

  it("are fetched from where the site leads", async () => {
    releases.redirects.set(path, "/objects/1");
    releases.files.set("/objects/1", { content });
    deepEqual([...(await fetch([wanted()]))], []);
    releases.redirects.set("/objects/1", "/objects/1");
    match((await fetch([wanted()])).get("kwok") ?? "", /leads from one place to the next/);
  });

  it("may be in a folder of this machine", async () => {
    const sites = new Sites({ env: { MULTICLUSTER_LAB_MIRROR: pathToFileURL(join(cache, "mirror")).href } });
    equal(await sites.reaches(url), false);
    mkdirSync(dirname(join(cache, "mirror", path)), { recursive: true });
    writeFileSync(join(cache, "mirror", path), content);
    deepEqual([...(await fetch([wanted()], undefined, sites))], []);
    ok(fetched().equals(content));
    throws(() => new Sites({ env: { MULTICLUSTER_LAB_MIRROR: "mirror.example" } }), /give the URL of a folder/);
  });
});

describe("sites of releases", () => {
  const url = "https://releases.example/kwok";

  it("that say nothing are given up, once", async () => {
    let connections = 0;
    const silent = createServer(() => {
      connections += 1;
    });
    await new Promise<void>((listening) => silent.listen(0, "127.0.0.1", listening));
    const { port } = silent.address() as { port: number };
    const sites = new Sites({ env: { MULTICLUSTER_LAB_MIRROR: `http://127.0.0.1:${port}` }, probePatience: 50 });
    const answers = await Promise.all([1, 2, 3].map((each) => sites.reaches(`${url}/${each}`)));
    deepEqual([answers, connections], [[false, false, false], 1]);
    silent.close();
  });

  it("answer when they say anything", async () => {
    const releases = await ReleaseServer.start();
    const env = { MULTICLUSTER_LAB_MIRROR: releases.url };
    equal(await new Sites({ env }).reaches(url), true);
    releases.close();
    equal(await new Sites({ env }).reaches(url), false);
  });
});

describe("the tools' releases", () => {
  const arches: readonly Arch[] = ["amd64", "arm64"];
  const all = [...baseTools, ...nodeTools].flatMap((name) =>
    arches.map((arch) => ({ name, release: toolProgram(name).release?.(toolVersion(name), arch) })),
  );

  it("are there for every tool, over TLS, and each has a checksum or says where one is", () => {
    for (const { name, release } of all) {
      ok(release, name);
      for (const url of [release.url, release.sums ?? release.url]) match(url, /^https:\/\//);
      ok(release.url in knownChecksums || release.sums, `${release.url}: nobody says its checksum`);
    }
  });

  it("have no checksum of a version that is not pinned any more", () => {
    const urls = all.map(({ release }) => release?.url);
    deepEqual(
      Object.keys(knownChecksums).filter((url) => !urls.includes(url)),
      [],
    );
    for (const { sha256 } of Object.values(knownChecksums)) match(sha256, /^[0-9a-f]{64}$/);
  });

  it("say checksums in lines of sha256sum, or alone", () => {
    const sum = "a".repeat(64);
    const url = "https://releases.example/v1/kwok";
    equal(saidChecksum(`${sum}\n`, url), sum);
    equal(saidChecksum(`${"b".repeat(64)}  kwokctl\n${sum}  dist/kwok\n`, url), sum);
    equal(saidChecksum(`${sum}  kwokctl\n`, url), undefined);
    equal(saidChecksum("<html>not here</html>", url), undefined);
  });

  it("are wanted where sites answer, and what they have is built where they do not", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tools-"));
    const { XDG_CACHE_HOME, PATH } = process.env;
    Object.assign(process.env, { XDG_CACHE_HOME: folder, PATH: folder });
    try {
      const sites = (env: NodeJS.ProcessEnv) => new Sites({ env });
      const here = await planTools(["etcd", "kubelet"], sites({ MULTICLUSTER_LAB_MIRROR: pathToFileURL(folder).href }));
      const released = releaseOf(toolProgram("etcd")) ? ["etcd", "kubelet"] : [];
      deepEqual(
        here.fetched.map(({ name }) => name),
        released,
      );
      const nowhere = pathToFileURL(join(folder, "nowhere")).href;
      const gone = await planTools(["etcd", "kubelet"], sites({ MULTICLUSTER_LAB_MIRROR: nowhere }));
      deepEqual([gone.fetched, gone.built], [[], ["etcd", "kubelet"]]);
      equal(existsSync(join(folder, "multicluster-lab")), false);
    } finally {
      process.env.PATH = PATH;
      if (XDG_CACHE_HOME === undefined) delete process.env.XDG_CACHE_HOME;
      else process.env.XDG_CACHE_HOME = XDG_CACHE_HOME;
      rmSync(folder, { recursive: true });
    }
  });
});
