/** What is laid into an image while it is made. */
import { execFile } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { copyForWriting } from "../base/copy-for-writing";
import { UserError } from "../base/user-error";
import { ensurePrograms, moduleSource } from "../tools/go";
import { folderName, type GoProgram, programVersion } from "../tools/program";

const run = promisify(execFile);

/** A part of an image. */
export interface Part {
  /** What it is made of, as far as this project says it, e.g. `github.com/coredns/coredns v1.15.0`; undefined for what is ours. */
  readonly pinned: () => string | undefined;
  /** Another one as soon as the part would be made in another way. */
  readonly key: () => string;
  /**
   * Lays the part into the root folder of the image.
   *
   * @param report is told what takes time
   * @returns what it was made of, e.g. `github.com/coredns/coredns v1.15.0`
   * @throws UserError when it cannot be had
   */
  lay(root: string, report: (line: string) => void): Promise<readonly string[]>;
}

/** A program built from Go modules. */
export function goProgram(program: GoProgram, at: string): Part {
  const pinned = () => (program.module ? `${program.module} ${programVersion(program)}` : undefined);
  return {
    pinned,
    key: () => `${folderName(program)} ${at}`,
    lay: async (root, report) => {
      const { [program.name]: built } = await ensurePrograms([program], report);
      if (!built) throw new Error(`${program.name} was not built`);
      const target = inRoot(root, at);
      copyFileSync(built, target);
      chmodSync(target, 0o755);
      return [pinned() ?? `${program.name} of this project`];
    },
  };
}

/**
 * A file that lies in a Go module, beside what is built.
 *
 * @param of the program whose version the module is of
 * @param mode default: to be read, not run
 */
export function moduleFile(
  of: GoProgram & { readonly module: string },
  path: string,
  at: string,
  mode: 0o644 | 0o755 = 0o644,
): Part {
  return inModule(of, path, at, mode, (source, target) => {
    copyFileSync(source, target);
    // Modules are kept as files that nobody may write.
    chmodSync(target, mode);
  });
}

/** A folder that lies in a Go module, as `moduleFile`. */
export function moduleFolder(of: GoProgram & { readonly module: string }, path: string, at: string): Part {
  return inModule(of, path, at, "folder", copyForWriting);
}

function inModule(
  of: GoProgram & { readonly module: string },
  path: string,
  at: string,
  how: number | string,
  copy: (source: string, target: string) => void,
): Part {
  const pinned = () => `${of.module} ${programVersion(of)}`;
  return {
    pinned,
    key: () => `${pinned()} ${path} ${at} ${how}`,
    lay: async (root) => {
      copy(join(await moduleSource(of.module, programVersion(of)), path), inRoot(root, at));
      return [];
    },
  };
}

/** Symbolic links: what each leads to, by its path. */
export function links(targets: Readonly<Record<string, string>>): Part {
  return {
    pinned: () => undefined,
    key: () => JSON.stringify(targets),
    lay: async (root) => {
      for (const [path, target] of Object.entries(targets)) symlinkSync(target, inRoot(root, path));
      return [];
    },
  };
}

/** Folders in which everybody may write, whoever a container runs as. */
export function openFolders(...paths: readonly string[]): Part {
  return {
    pinned: () => undefined,
    key: () => `open ${paths.join(" ")}`,
    lay: async (root) => {
      for (const path of paths) {
        const target = inRoot(root, path);
        mkdirSync(target, { recursive: true });
        // The mode that mkdir is given is cut by the user's mask.
        chmodSync(target, 0o1777);
      }
      return [];
    },
  };
}

/**
 * What a program of this machine says while a part is made.
 *
 * @throws UserError when it is not there or fails, with the last line that it said
 */
export async function programOutput(program: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    return (await run(program, args, { cwd, maxBuffer: 64 * 1024 * 1024 })).stdout;
  } catch (error) {
    const { code, stderr = "" } = error as { code?: unknown; stderr?: string };
    if (code === "ENOENT")
      throw new UserError(`Images are made with ${program}, which is not here: install it, or pull them.`);
    const said = stderr.trim().split("\n").at(-1) || String(error);
    throw new UserError(`${program} ${args.slice(0, 2).join(" ")} failed: ${said}`);
  }
}

function inRoot(root: string, path: string): string {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  return target;
}
