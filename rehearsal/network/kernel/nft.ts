/** Parts of nftables' language. */

/** A set written in place; of no elements there is none in the language, so that what needs one must be left out. */
export function setOf(elements: readonly string[]): string {
  return `{ ${elements.join(", ")} }`;
}

/** A named set of addresses and ranges, which may overlap. */
export function namedSet(name: string, addresses: readonly string[]): string {
  const elements = addresses.length > 0 ? ` elements = ${setOf(addresses)};` : "";
  return `set ${name} { type ipv4_addr; flags interval; auto-merge;${elements} }`;
}

/** A chain with its rules, one a line. */
export function chain(name: string, rules: readonly string[]): string {
  return [`chain ${name} {`, ...rules.map((rule) => `  ${rule}`), "}"].join("\n");
}

/** A chain that packets come through by themselves. */
export function hook(
  name: string,
  where: {
    readonly type: "filter" | "nat";
    readonly hook: string;
    readonly priority: string;
    readonly policy: "accept" | "drop";
  },
  rules: readonly string[],
): string {
  const head = `type ${where.type} hook ${where.hook} priority ${where.priority}; policy ${where.policy};`;
  return chain(name, [head, ...rules]);
}
