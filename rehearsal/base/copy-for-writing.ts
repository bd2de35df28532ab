import { chmodSync, cpSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Copies a folder and lets its owner write in the copy, as nobody may in Go's own copies of modules. */
export function copyForWriting(source: string, target: string): void {
  cpSync(source, target, { recursive: true });
  letWrite(target);
}

function letWrite(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) letWrite(path);
    else if (entry.isFile()) chmodSync(path, 0o644);
  }
}
