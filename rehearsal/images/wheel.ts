/** Programs that are published as Python packages, in an image. */
import { chmodSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Part, programOutput } from "./part";

/**
 * A file of the one package that a list of requirements pins.
 *
 * @param requirements path of the list, with hashes
 * @param path of the file in the package
 * @param at its path in the image
 */
export function wheelFile(requirements: string, path: string, at: string): Part {
  const list = () => readFileSync(requirements, "utf8");
  const wanted = () => {
    const [, name = "", version = ""] = /^([\w.-]+)==(\S+)/m.exec(list()) ?? [];
    return { name, version };
  };
  const pinned = () => `PyPI's ${wanted().name} ${wanted().version}`;
  return {
    pinned,
    key: () => `${list()} ${path} ${at}`,
    lay: async (root, report) => {
      const { name, version } = wanted();
      report(`fetching ${name} ${version} from PyPI`);
      const scratch = join(dirname(root), name);
      mkdirSync(scratch);
      // What is downloaded is checked against the list's hashes, and nothing is built or installed.
      const flags = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:", "--require-hashes"];
      await programOutput("python3", ["-m", "pip", "download", ...flags, "-r", requirements, "-d", scratch], scratch);
      const wheel = (await readdir(scratch)).find((file) => file.endsWith(".whl"));
      if (!wheel) throw new Error(`pip left no wheel of ${name}`);
      await programOutput("python3", ["-m", "zipfile", "--extract", wheel, scratch], scratch);
      const target = join(root, at);
      mkdirSync(dirname(target), { recursive: true });
      renameSync(join(scratch, path), target);
      chmodSync(target, 0o755);
      return [pinned()];
    },
  };
}
