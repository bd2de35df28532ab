/** Taking namespaces away. All of it synchronous, so that it can run while this process exits. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { isAlive, releaseRun } from "../../base/run-registry";
import { systemProgram } from "../../tools/system-programs";
import { prefix, runOf } from "../kernel/names";
import { namespaceFolder } from "./commands";

/** Says that iproute2's folder, which it makes a mount of its own, was not there before. */
const marker = "/run/multicluster-lab/netns-folder-is-ours";

/** To be called before the first namespace is made: remembers what is not there yet. */
export function noteNamespaceFolder(): void {
  if (existsSync(namespaceFolder)) return;
  mkdirSync(dirname(marker), { recursive: true });
  writeFileSync(marker, "");
}

/** Takes a namespace away, with every interface, route and rule in it. */
export function removeNamespace(name: string): void {
  execFileSync(systemProgram("ip") ?? "ip", ["netns", "del", name], { stdio: ["ignore", "ignore", "pipe"] });
}

/** Removes all namespaces of a rehearsal. */
export function removeRun(run: string): void {
  for (const name of namespaces()) if (runOf(name) === run) removeNamespace(name);
  releaseRun(run);
  restoreNamespaceFolder();
}

/**
 * Removes the namespaces of rehearsals that do not live any more.
 *
 * @returns ids of those rehearsals
 */
export function removeLeftovers(): string[] {
  const runs = [...new Set(namespaces().flatMap((name) => runOf(name) ?? []))];
  const dead = runs.filter((run) => !isAlive(run));
  for (const run of dead) removeRun(run);
  return dead;
}

/** Of all rehearsals. */
function namespaces(): string[] {
  return existsSync(namespaceFolder) ? readdirSync(namespaceFolder).filter((name) => name.startsWith(prefix)) : [];
}

/** As it was: without a folder that was not there, once nobody has anything in it. */
function restoreNamespaceFolder(): void {
  if (!existsSync(marker) || !existsSync(namespaceFolder) || readdirSync(namespaceFolder).length > 0) return;
  execFileSync("umount", [namespaceFolder], { stdio: "ignore" });
  rmdirSync(namespaceFolder);
  rmSync(marker);
}
