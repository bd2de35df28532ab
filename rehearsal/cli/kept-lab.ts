/** What `--keep` left running, so that `--down` finds it. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { Result } from "../run/result";
import type { Timelines } from "../run/timeline";
import type { Options } from "./options";

export interface Kept {
  readonly scratch: string;
  readonly options: Options;
  readonly result: Result;
  readonly timelines: Timelines;
}

const file = join(process.env.XDG_STATE_HOME || join(homedir(), ".local", "state"), "multicluster-lab", "kept.json");

/** Undefined when nothing is kept. */
export function readKept(): Kept | undefined {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

export function writeKept(kept: Kept): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(kept), { mode: 0o600 });
}

export function forgetKept(): void {
  rmSync(file, { force: true });
}
