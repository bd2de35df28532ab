/** The name that this project has in its own repository: the files of `stacks/` have their settings under it. */
const original = "multicluster-lab:";

/**
 * Settings as a project of any name has them. `pulumi new` gives a project another name, and the files of `stacks/` come with
 * it: what they say counts as if they said it of that project, below what the project says itself.
 *
 * @param settings by key, with their namespaces
 * @param project its name
 */
export function underOwnName<T>(settings: Readonly<Record<string, T>>, project: string): Record<string, T> {
  const entries = Object.entries(settings);
  const named = entries.map(([key, value]) => [key.replace(original, `${project}:`), value] as const);
  const own = entries.filter(([key]) => !key.startsWith(original) || project === original.slice(0, -1));
  return { ...Object.fromEntries(named), ...Object.fromEntries(own) };
}
