import { deepEqual, equal, match, throws } from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pinnedVersion } from "../../rehearsal/tools/go-module";
import { folderName } from "../../rehearsal/tools/program";
import { baseTools, nodeTools, toolProgram, toolVersion } from "../../rehearsal/tools/recipes";
import { howToInstall, missingPrograms, systemProgram } from "../../rehearsal/tools/system-programs";

describe("the ground's tools", () => {
  const goMod = "require (\n\tk8s.io/kubernetes v1.36.1 // indirect\n\tk8s.io/kubernetes-x v9.9.9\n)\n";

  it("have the version that go.mod pins", () => {
    equal(pinnedVersion(goMod, "k8s.io/kubernetes"), "v1.36.1");
    throws(() => pinnedVersion(goMod, "helm.sh/helm/v3"), /does not pin/);
    for (const name of [...baseTools, ...nodeTools]) match(toolVersion(name), /^v\d+\.\d+\.\d+$/, name);
  });

  it("of nodes are those of control planes", () => {
    equal(toolVersion("kubelet"), toolVersion("kube-apiserver"));
  });

  it("are cached per version, flag and source", () => {
    const moduleFolder = mkdtempSync(join(tmpdir(), "module-"));
    const write = (file: string, text: string) => writeFileSync(join(moduleFolder, file), text);
    const program = { ...toolProgram("containerd"), moduleFolder };
    write("go.mod", goMod);
    write("go.sum", "sums");
    const names = [folderName(program)];
    match(names[0] ?? "", /^tools-[0-9a-f]{16}$/);
    write("README.md", "nothing of this is built");
    equal(folderName(program), names[0]);
    names.push(folderName({ ...program, tags: [] }), folderName({ ...program, stamp: () => [] }));
    for (const [file, text] of [
      ["go.mod", goMod.replace("1.36.1", "1.36.2")],
      ["go.sum", "other sums"],
      ["main.go", "package main"],
    ] as const) {
      write(file, text);
      names.push(folderName(program));
    }
    rmSync(moduleFolder, { recursive: true });
    equal(new Set(names).size, names.length);
  });
});

describe("programs of the operating system", () => {
  const folder = mkdtempSync(join(tmpdir(), "programs-"));
  after(() => rmSync(folder, { recursive: true }));

  it("are those that can be run", () => {
    writeFileSync(join(folder, "runc"), "", { mode: 0o755 });
    writeFileSync(join(folder, "nft"), "", { mode: 0o644 });
    equal(systemProgram("runc", ["/nowhere", folder]), join(folder, "runc"));
    deepEqual(missingPrograms(["runc", "nft", "ip"], [folder]), ["nft", "ip"]);
  });

  it("that are missing are named with the packages that have them", () => {
    equal(howToInstall(["nsenter", "unshare", "runc"]), "install them (on Debian: apt-get install util-linux runc)");
  });
});
