/** Whether the nodes of a rehearsal are real. */
import { UserError } from "../base/user-error";
import { howToInstall, missingPrograms, type SystemProgram } from "../tools/system-programs";

/** What can be asked for: simulated nodes, real ones, or real ones where they can be had. */
export const nodeChoices = ["simulated", "real", "auto"] as const;
/** One of them. */
export type NodeChoice = (typeof nodeChoices)[number];

/** What nodes are in the end. */
export type NodeKind = Exclude<NodeChoice, "auto">;

/** What a real node and its network are made with, besides what is built. */
const programs: readonly SystemProgram[] = ["ip", "nft", "iptables", "runc", "nsenter", "unshare", "mount"];

/** What counts of a machine for real nodes. */
export interface NodeHost {
  /** As Node calls it, e.g. `linux`. */
  readonly platform: string;
  /** Undefined where there are no users. */
  readonly user: number | undefined;
  /** Programs that it lacks. */
  readonly missing: readonly SystemProgram[];
}

/** The machine that this runs on. */
export function thisHost(): NodeHost {
  return { platform: process.platform, user: process.getuid?.(), missing: missingPrograms(programs) };
}

/** Why a machine can have no real nodes, and what to do: one sentence. Undefined when it can. */
export function noRealNodes({ platform, user, missing }: NodeHost): string | undefined {
  if (platform !== "linux") return `Real nodes need Linux: this machine is ${platform}.`;
  if (user !== 0) return "Real nodes are network namespaces, mounts and cgroups: run it as root.";
  if (missing.length > 0) return `Real nodes need ${missing.join(", ")}: ${howToInstall(missing)}.`;
  return undefined;
}

/** What nodes are, and where something else was to be had, why. */
export interface ChosenNodes {
  readonly kind: NodeKind;
  /** Why they are not real, though they could have been. */
  readonly because?: string;
}

/** @throws UserError when real nodes are asked for and cannot be had */
export function chooseNodes(choice: NodeChoice, host: () => NodeHost = thisHost): ChosenNodes {
  if (choice === "simulated") return { kind: "simulated" };
  const reason = noRealNodes(host());
  if (reason === undefined) return { kind: "real" };
  if (choice === "real") throw new UserError(`${reason} Or leave --nodes out: then nodes are simulated.`);
  return { kind: "simulated", because: reason };
}
