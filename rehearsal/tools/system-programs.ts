/** Programs of the operating system: real nodes and their network run on them, and they are not built here. */
import { accessSync, constants } from "node:fs";
import { join } from "node:path";

/** Debian's package of each. */
const packages = {
  "apt-get": "apt",
  conntrack: "conntrack",
  "dpkg-deb": "dpkg",
  ip: "iproute2",
  iptables: "iptables",
  mount: "mount",
  nft: "nftables",
  nsenter: "util-linux",
  runc: "runc",
  sysctl: "procps",
  umount: "mount",
  unshare: "util-linux",
} as const;

/** Name of a program that has to be installed. */
export type SystemProgram = keyof typeof packages;

/** Where programs are looked for: what administers a machine is not on everybody's PATH. */
export const programFolders = [...(process.env.PATH ?? "").split(":").filter(Boolean), "/usr/sbin", "/sbin"];

/** Those of `names` that are in none of the folders. */
export function missingPrograms(names: readonly SystemProgram[], folders = programFolders): SystemProgram[] {
  return names.filter((name) => systemProgram(name, folders) === undefined);
}

/** Path of a program; undefined where there is none. */
export function systemProgram(name: SystemProgram, folders = programFolders): string | undefined {
  return folders.map((folder) => join(folder, name)).find(executable);
}

/** How to install programs, e.g. `install them (on Debian: apt-get install runc nftables)`. */
export function howToInstall(names: readonly SystemProgram[]): string {
  const wanted = [...new Set(names.map((name) => packages[name]))];
  return `install ${names.length === 1 ? "it" : "them"} (on Debian: apt-get install ${wanted.join(" ")})`;
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
