/** The engine's properties as plain data: of what it does not know yet, Pulumi's SDK throws whoever reads it. */
import { type Props, unknown } from "./rule";

/** A copy in which `unknown` stands for what is not known. */
export function plain(props: Props): Props {
  return copied(() => props) as Props;
}

function copied(read: () => unknown): unknown {
  let value: unknown;
  try {
    value = read();
  } catch {
    return unknown;
  }
  if (Array.isArray(value)) {
    const all = value;
    return Array.from({ length: all.length }, (_, index) => copied(() => all[index]));
  }
  if (value === null || typeof value !== "object") return value;
  const members = value as Props;
  return Object.fromEntries(Object.keys(members).map((key) => [key, copied(() => members[key])]));
}
