/** What the stack's settings declare, as far as rules depend on it. Read here again, with no code of the program's. */

/** Settings under which something is allowed that otherwise is not. */
export interface Declared {
  /** Whether gateways between the clusters listen on the internet. */
  readonly publicGateways: boolean;
  /** Whether nodes have public addresses at which tunnels end: those are open to everybody, and authenticate by their key. */
  readonly publicTunnels: boolean;
  /** Who administers the lab. */
  readonly adminCidrs: readonly string[];
  /** How many roots are trusted: two while one takes the other's place. */
  readonly roots: number;
  /** Tags that everything has in AWS. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Namespace of the settings in the files of `stacks/`, which count in a project of any name. */
const ownName = "multicluster-lab";

/**
 * @param config the stack's settings with their namespace, as Pulumi hands them to programs
 * @param project name of the running project, under which settings may be instead
 */
export function declaredBy(config: Readonly<Record<string, string>>, project: string): Declared {
  const setting = (key: string) => config[`${project}:${key}`] ?? config[`${ownName}:${key}`];
  return {
    publicGateways: setting("exposure") === "public",
    publicTunnels: setting("backend") === "submariner" && setting("interconnect") === "internet",
    adminCidrs: JSON.parse(setting("adminCidrs") ?? "[]"),
    roots: String(JSON.parse(setting("trust") ?? "{}").generation ?? "1").split("+").length,
    tags: JSON.parse(setting("tags") ?? "{}"),
  };
}
