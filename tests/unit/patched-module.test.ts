import { equal, match } from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { patchModule } from "../../rehearsal/tools/patched-module";

describe("a patched module", () => {
  let scratch = "";
  const at = (...names: string[]) => join(scratch, ...names);
  const read = (...names: string[]) => readFileSync(at(...names), "utf8");

  before(() => {
    scratch = mkdtempSync(join(tmpdir(), "patched-module-"));
    for (const folder of ["ours", "theirs/dns"]) mkdirSync(at(folder), { recursive: true });
    writeFileSync(at("ours", "go.mod"), "module ours\n\nrequire example.org/theirs v1.2.3\n");
    writeFileSync(at("ours", "go.sum"), "sums\n");
    writeFileSync(at("ours", "few.go"), "package dns // few\n");
    writeFileSync(at("theirs", "dns", "all.go"), "package dns // all\n");
    writeFileSync(at("theirs", "main.go"), "package theirs\n");
    // As Go keeps what it has downloaded.
    for (const path of ["theirs/dns/all.go", "theirs/main.go"]) chmodSync(at(path), 0o444);
    for (const path of ["theirs/dns", "theirs"]) chmodSync(at(path), 0o555);
  });
  after(() => {
    for (const path of ["theirs", "theirs/dns"]) chmodSync(at(path), 0o755);
    rmSync(scratch, { recursive: true });
  });

  it("is taken by another go.mod, has the other file, and leaves the downloaded one alone", () => {
    const goMod = patchModule(
      { module: "example.org/theirs", files: { "few.go": "dns/all.go" } },
      { moduleFolder: at("ours"), source: at("theirs"), target: at("target") },
    );
    match(
      readFileSync(goMod, "utf8"),
      /require example.org\/theirs v1\.2\.3\n\nreplace example.org\/theirs => \/.*\n$/,
    );
    const [, copy = ""] = /=> (.*)/.exec(readFileSync(goMod, "utf8")) ?? [];
    equal(readFileSync(join(copy, "dns", "all.go"), "utf8"), "package dns // few\n");
    equal(readFileSync(join(copy, "main.go"), "utf8"), "package theirs\n");
    equal(read("target", "go.sum"), "sums\n");
    equal(read("theirs", "dns", "all.go"), "package dns // all\n");
  });

  it("can be thrown away by whoever made it", () => {
    const mode = (...names: string[]) => statSync(at("target", "module", ...names)).mode & 0o200;
    equal(mode("dns"), 0o200);
    equal(mode("main.go"), 0o200);
  });
});
