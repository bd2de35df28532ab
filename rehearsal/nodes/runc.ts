/** runc for machines that lack a capability, as those in containers and small virtual machines may. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** By number (linux, include/uapi/linux/capability.h). */
const capabilities = [
  "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE",
  "NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN",
  "SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE",
  "MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE",
].flatMap((line) => line.split(" ").map((name) => `CAP_${name}`));

/**
 * Capabilities that no program here can have.
 *
 * @param status text of a /proc/PID/status
 */
export function lackingCapabilities(status: string): string[] {
  const bounds = BigInt(`0x${/^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0"}`);
  return capabilities.filter((_, number) => !((bounds >> BigInt(number)) & 1n));
}

/**
 * Path of a runc that takes out of what containers ask for what the machine cannot give, since runc itself fails then: a
 * script in `folder`. Where nothing lacks it is `runc` itself.
 *
 * @param status text of a /proc/PID/status; default: this process's
 */
export function runcOf(runc: string, folder: string, status = readFileSync("/proc/self/status", "utf8")): string {
  const lacking = lackingCapabilities(status);
  if (lacking.length === 0) return runc;
  const path = join(folder, "runc");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, script(runc, lacking), { mode: 0o755 });
  return path;
}

/** Where capabilities are: of a container in the bundle's config.json, of a further process in a file of its own. */
function script(runc: string, lacking: readonly string[]): string {
  const names = `"(${lacking.join("|")})"`;
  return `#!/bin/sh
last=
for word; do
  case "$last" in
    --bundle|-b) file="$word/config.json" ;;
    --process|-p) file="$word" ;;
    *) file= ;;
  esac
  last=$word
  if [ -n "$file" ]; then sed -E -i 's/${names},|,${names}|${names}//g' "$file"; fi
done
exec ${runc} "$@"
`;
}
