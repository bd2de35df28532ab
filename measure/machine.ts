import { cpus, hostname, release, type } from "node:os";
import type { Machine } from "./measurement";

/** The machine on which this runs. */
export function thisMachine(): Machine {
  const processors = cpus();
  return {
    name: hostname(),
    processor: processors[0]?.model.trim() ?? "unknown",
    processors: processors.length,
    kernel: `${type()} ${release()}`,
  };
}
