import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { UserError } from "../base/user-error";
import type { ReportModel } from "./model";
import { page } from "./page";

/**
 * Where the report goes, in a folder that is there from now on: better to hear before a rehearsal than after it that it
 * cannot be.
 *
 * @param file what was asked for, if anything was
 * @throws UserError when there can be no such folder
 */
export function reportFile(file: string | undefined, stack: string): string {
  const path = resolve(file ?? join("reports", `rehearsal-${stack}.html`));
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    throw new UserError(`No report can be written to ${path}: ${error instanceof Error ? error.message : error}`);
  }
  return path;
}

/** Writes the page. */
export async function writeReport(file: string, model: ReportModel): Promise<void> {
  writeFileSync(file, await page(model));
}
