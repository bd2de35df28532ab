/** What this machine has left. */
import { existsSync, readFileSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { quietly } from "./processes";

/** A megabyte, as the kernel counts. */
export const megabyte = 1024 * 1024;

/** Bytes of memory that programs can have without others being swapped out (proc(5)); infinite where Linux does not say. */
export function availableMemory(): number {
  const kilobytes = /MemAvailable:\s+(\d+) kB/.exec(quietly(() => readFileSync("/proc/meminfo", "utf8")))?.[1];
  return kilobytes === undefined ? Number.POSITIVE_INFINITY : Number(kilobytes) * 1024;
}

/** Bytes of disk that are left where `folder` is, or will be. */
export function freeDisk(folder: string): number {
  if (!existsSync(folder)) return freeDisk(dirname(folder));
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** Bytes as text, e.g. `600 MB`. */
export function sizeText(bytes: number): string {
  const megabytes = bytes / megabyte;
  return megabytes < 1000 ? `${Math.round(megabytes)} MB` : `${(megabytes / 1024).toFixed(1)} GB`;
}
