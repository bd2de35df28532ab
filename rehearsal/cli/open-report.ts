/** Shows the report to whoever sits before this machine. */
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { programFolders } from "../tools/system-programs";

/** Real milliseconds in which an opener says that it cannot; one that is still at it then has opened something. */
const patience = 3_000;

/** What opens a page as its user's browser would. */
function openerOf(platform: NodeJS.Platform): string {
  return platform === "darwin" ? "open" : "xdg-open";
}

/**
 * Opens the report.
 *
 * @param opener default: this system's
 * @returns what to tell: that it was opened, or where it is
 */
export async function openReport(report: string, opener = openerOf(process.platform)): Promise<string> {
  const path = resolve(report);
  const opened = await opens(opener, path);
  return opened ? `opened ${path}` : `Nothing here opens pages (${opener}): the report is ${path}`;
}

function opens(opener: string, path: string): Promise<boolean> {
  const env = { ...process.env, PATH: programFolders.join(":") };
  return new Promise((done) => {
    const child = spawn(opener, [path], { stdio: "ignore", detached: true, env });
    const timer = setTimeout(() => done(true), patience);
    const end = (well: boolean) => {
      clearTimeout(timer);
      done(well);
    };
    child.once("error", () => end(false));
    child.once("exit", (code) => end(code === 0));
    child.unref();
  });
}
