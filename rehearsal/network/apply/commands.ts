/** The few commands by which namespaces, routes and rules are made. Lists of arguments and standard input only: no shell. */
import { execFile } from "node:child_process";
import { systemProgram } from "../../tools/system-programs";

/** Programs that must be on the PATH. */
export const networkPrograms = ["ip", "nft", "nsenter", "sysctl"] as const;

type NetworkProgram = (typeof networkPrograms)[number];

/** Where iproute2 keeps namespaces. */
export const namespaceFolder = "/run/netns";

/** Name of the one nftables table in a namespace. */
const table = "mcl";

/** The file by which a namespace is entered. */
export function namespacePath(name: string): string {
  return `${namespaceFolder}/${name}`;
}

/** Command line of a program in a namespace of the network, and of nothing else. */
export function inNamespace(name: string, command: readonly string[]): [string, ...string[]] {
  const [program = "", ...args] = command;
  const path = (wanted: string) => systemProgram(wanted as NetworkProgram) ?? wanted;
  return [path("nsenter"), `--net=${namespacePath(name)}`, "--", path(program), ...args];
}

/** Makes a namespace with its settings. */
export async function addNamespace(name: string, settings: Readonly<Record<string, string>>): Promise<void> {
  await run(["ip", "netns", "add", name]);
  const assignments = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  if (assignments.length > 0) await run(inNamespace(name, ["sysctl", "-q", "-w", ...assignments]));
}

/** Lines of `ip -batch`, in a namespace or, without one, in that of this process. */
export async function ipBatch(namespace: string | undefined, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  await run(["ip", ...(namespace ? ["-n", namespace] : []), "-batch", "-"], `${lines.join("\n")}\n`);
}

/** Puts the table in the place of the one that is there, all at once. */
export async function setFirewall(namespace: string, body: string): Promise<void> {
  const text = `table ip ${table}\ndelete table ip ${table}\ntable ip ${table} {\n${body}\n}\n`;
  await run(inNamespace(namespace, ["nft", "-f", "-"]), text);
}

/** @throws Error with what the program said, and with the line of its input that it means where it names one */
function run([name = "", ...args]: readonly string[], input = ""): Promise<string> {
  const program = systemProgram(name as NetworkProgram) ?? name;
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { encoding: "utf8" }, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const line = Number(/:(\d+)[:\s]*$/m.exec(stderr)?.[1] ?? /:(\d+):/.exec(stderr)?.[1]);
      const meant = Number.isNaN(line) ? "" : ` (${input.split("\n")[line - 1]?.trim()})`;
      reject(new Error(`${[program, ...args].join(" ")}: ${stderr.trim() || error.message}${meant}`));
    });
    // A program that does not read, or has failed before: what it says tells, not the pipe.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });
}
