/**
 * Runs before `npm start` and `npm test`: installs node modules when they are not those of the lock file. Plain
 * JavaScript, because nothing else is there yet. The rehearsal's other tools are found or built when they are needed.
 */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lock = join(root, "package-lock.json");
// npm writes it at the end of an installation.
const installed = join(root, "node_modules", ".package-lock.json");

if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
  console.error("installing node modules (once)");
  // No install scripts: those of Pulumi's packages look for plugins that the rehearsal does not need.
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"];
  const { status } = spawnSync("npm", args, {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
  if (status !== 0) {
    console.error("npm ci failed: see above.");
    process.exit(1);
  }
}
