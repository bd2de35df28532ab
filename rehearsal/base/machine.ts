/** What this machine has left. */
import { readFileSync } from "node:fs";

/** Bytes of memory that programs can have without others being swapped out (proc(5)); infinite where Linux does not say. */
export function availableMemory(): number {
  const kilobytes = /MemAvailable:\s+(\d+) kB/.exec(readFileSync("/proc/meminfo", "utf8"))?.[1];
  return kilobytes === undefined ? Number.POSITIVE_INFINITY : Number(kilobytes) * 1024;
}

/** Bytes as text, e.g. `600 MB`. */
export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`;
}
