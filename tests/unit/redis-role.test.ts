import { equal } from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isFollowing, keepFollowing } from "../../components/demo/redis-role";

const primary = "role:master\r\nconnected_slaves:1\r\n";
const copy = (link: string, host = "shop.example") =>
  `role:slave\r\nmaster_host:${host}\r\nmaster_port:6379\r\nmaster_link_status:${link}\r\n`;

describe("what a Redis is", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "redis-role-"));
    // Answers with what it is said to be, and keeps what it is told.
    writeFileSync(
      join(folder, "redis-cli"),
      `#!/bin/sh\nif [ "$1" = info ]; then cat ${folder}/info; else echo "$*" > ${folder}/told; fi\n`,
    );
    chmodSync(join(folder, "redis-cli"), 0o755);
    writeFileSync(join(folder, "sleep"), `#!/bin/sh\n[ ! -e ${folder}/slept ] && touch ${folder}/slept\n`);
    chmodSync(join(folder, "sleep"), 0o755);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const configuration = () => join(folder, "redis.conf");
  const env = () => ({ ...process.env, PATH: `${folder}:${process.env.PATH}` });
  const set = (wanted: string, info: string) => {
    for (const file of ["told", "slept"]) rmSync(join(folder, file), { force: true });
    writeFileSync(configuration(), `port 6379\n${wanted}`);
    writeFileSync(join(folder, "info"), info);
  };
  const copies = "replicaof shop.example 6379\n";

  for (const [what, wanted, info, well] of [
    ["a primary", "", primary, true],
    ["a copy that is connected", copies, copy("up"), true],
    ["a copy whose primary is gone", copies, copy("down"), false],
    ["a copy that is not asked for its password", copies, "NOAUTH Authentication required.\n", false],
    ["a primary that does not answer", "", "", false],
    ["a copy that takes itself for a primary", copies, primary, false],
    ["a primary that still copies", "", copy("up"), false],
  ] as const) {
    it(`${well ? "is ready" : "is not ready"} as ${what}`, () => {
      set(wanted, info);
      const { status } = spawnSync("sh", ["-c", isFollowing(configuration())], { env: env() });
      equal(status === 0, well);
    });
  }

  for (const [what, wanted, info, told] of [
    ["leaves a primary alone", "", primary, undefined],
    ["leaves a copy alone, connected or not", copies, copy("down"), undefined],
    ["makes a copy the primary", "", copy("up"), "replicaof no one"],
    ["makes a primary a copy", copies, primary, "replicaof shop.example 6379"],
    ["has a copy follow another primary", copies, copy("up", "old.example"), "replicaof shop.example 6379"],
  ] as const) {
    it(what, () => {
      set(wanted, info);
      execFileSync("sh", ["-c", keepFollowing(configuration())], { env: env() });
      const file = join(folder, "told");
      equal(existsSync(file) ? readFileSync(file, "utf8").trim() : undefined, told);
    });
  }
});
