import * as pulumi from "@pulumi/pulumi";

/**
 * Refuses arguments which this stand-in would silently drop, so that nobody takes them for honoured.
 * @throws pulumi.InputPropertiesError naming each of them
 */
export function refuseOthers(type: string, args: pulumi.Inputs, known: readonly string[]): void {
  const given = Object.keys(args).filter((name) => args[name] !== undefined && !known.includes(name));
  refuse(given.map((propertyPath) => ({ propertyPath, reason: `the rehearsal's ${type} does not support it` })));
}

/** @throws pulumi.InputPropertiesError if there is anything to refuse */
export function refuse(errors: { propertyPath: string; reason: string }[]): void {
  if (errors.length === 0) return;
  throw new pulumi.InputPropertiesError({ message: "the rehearsal cannot build this", errors });
}
