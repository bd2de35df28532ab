/** Packages of Debian, or of another system with apt, in an image. */
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UserError } from "../base/user-error";
import { missingPrograms } from "../tools/system-programs";
import { type Part, programOutput } from "./part";

/** Parts of the base system that only set packages up: they are unpacked and not set up here. */
const setUp =
  /^(adduser|debconf|dpkg|init-system-helpers|lsb-base|passwd|perl(-.*)?|libperl.*|lib.*-perl|sysvinit-utils|tar|usrmerge)$/;

/** Documentation, and what is only for people. */
const forPeople = [
  "usr/share/doc",
  "usr/share/man",
  "usr/share/locale",
  "usr/share/lintian",
  "usr/share/bash-completion",
];

/** Packages and all that they depend on, of the release that this machine has. Whoever makes the image need not be root. */
export function debianPackages(...names: readonly string[]): Part {
  return {
    pinned: () => `Debian's ${names.join(", ")}`,
    key: () => `debian ${names.join(" ")}`,
    lay: async (root, report) => {
      if (missingPrograms(["apt-get", "dpkg-deb"]).length > 0) {
        throw new UserError(
          `Images with ${names.join(", ")} are made of Debian's packages, and there is no apt-get here.`,
        );
      }
      report(`fetching ${names.join(", ")} from Debian`);
      const downloads = join(dirname(root), "downloads");
      const archives = await download(names, downloads);
      layOut(root);
      for (const archive of archives) await programOutput("dpkg-deb", ["--extract", archive, root], root);
      linkRun(root);
      for (const folder of forPeople) rmSync(join(root, folder), { recursive: true, force: true });
      // What they depend on is of the same release.
      return await Promise.all(archives.filter((archive) => names.includes(packageOf(archive))).map(versionOf));
    },
  };
}

/** Apt works out what packages need on a system that has nothing yet, which its own state says otherwise. */
async function download(names: readonly string[], folder: string): Promise<string[]> {
  mkdirSync(join(folder, "partial"), { recursive: true });
  const nothing = join(folder, "status");
  writeFileSync(nothing, "");
  const options = [`Dir::State::status=${nothing}`, `Dir::Cache::archives=${folder}`, "Debug::NoLocking=true"];
  const flags = ["--yes", "--download-only", "--no-install-recommends", "--quiet=2"];
  const fetch = () =>
    programOutput("apt-get", [...flags, ...options.flatMap((option) => ["-o", option]), "install", ...names], folder);
  try {
    await fetch();
  } catch {
    // A new machine has no lists of packages, and an old one outdated ones.
    await programOutput("apt-get", ["--quiet=2", "update"], folder);
    await fetch();
  }
  return readdirSync(folder)
    .sort()
    .map((file) => join(folder, file))
    .filter((file) => file.endsWith(".deb") && !setUp.test(packageOf(file)));
}

/** Folders that packages count on: what was once beside /usr is in it (https://wiki.debian.org/UsrMerge). */
function layOut(root: string): void {
  for (const name of ["bin", "lib", "lib64", "sbin"]) {
    mkdirSync(join(root, "usr", name), { recursive: true });
    if (!existsSync(join(root, name))) symlinkSync(join("usr", name), join(root, name));
  }
  mkdirSync(join(root, "tmp"), { recursive: true });
  chmodSync(join(root, "tmp"), 0o1777);
}

/** /var/run is /run, which Debian sees to while it sets itself up (base-files, debian/postinst). */
function linkRun(root: string): void {
  rmSync(join(root, "var", "run"), { recursive: true, force: true });
  for (const name of ["run", "var"]) mkdirSync(join(root, name), { recursive: true });
  symlinkSync("../run", join(root, "var", "run"));
}

/** Archives are called NAME_VERSION_PROCESSOR.deb. */
function packageOf(archive: string): string {
  return basename(archive).split("_")[0] ?? "";
}

async function versionOf(archive: string): Promise<string> {
  const version = await programOutput("dpkg-deb", ["--field", archive, "Version"], "/");
  return `Debian's ${packageOf(archive)} ${version.trim()}`;
}
