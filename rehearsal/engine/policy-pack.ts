/**
 * The project's policy pack as the engine starts it. For a user Pulumi's language host runs it; the engine of a rehearsal has
 * none. For a runtime that it has no host of, it looks for a program of that name on its PATH (pulumi, sdk/go/common/
 * resource/plugin, NewPolicyAnalyzer), which here runs the pack as the host would: in its folder, with the stack's
 * settings in the environment.
 */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { stringify } from "yaml";

/** Where it is. */
export interface PolicyPack {
  /** What `--policy-pack` is given. */
  readonly folder: string;
  /** To be on the engine's PATH. */
  readonly bin: string;
}

const runtime = "rehearsal";

/**
 * Writes what the engine needs to start the pack.
 *
 * @param root the project's folder
 * @param scratch folder of this run
 */
export function preparePolicyPack(root: string, scratch: string): PolicyPack {
  const source = join(root, "policies");
  const folder = join(scratch, "policies");
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(folder, "PulumiPolicy.yaml"), stringify({ runtime }));
  copyFileSync(join(source, "package.json"), join(folder, "package.json"));
  const tsx = pathToFileURL(createRequire(join(root, "package.json")).resolve("tsx")).href;
  const run = [process.execPath, "--import", tsx, join(source, "index.ts")].map(quoted).join(" ");
  writeFileSync(join(bin, `pulumi-analyzer-policy-${runtime}`), `#!/bin/sh\nexec ${run} "$@"\n`, { mode: 0o755 });
  return { folder, bin };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
