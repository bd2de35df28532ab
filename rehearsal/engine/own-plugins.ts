/** Packages that the engine serves with its own plugins: where it finds these, and what they do. */
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { JournalEntry, Verb } from "../base/operations";
import type { Journal } from "../ground/journal";

/** The engine's steps that providers do, by what they ask of them. */
const verbs: Readonly<Record<string, Verb>> = {
  create: "create",
  "create-replacement": "create",
  update: "update",
  delete: "delete",
  "delete-replaced": "delete",
  read: "read",
};

/**
 * Notes what plugins do as stand-ins note it themselves: when it begins and ends by what the engine tells of it.
 *
 * @param packages those that plugins serve
 * @returns to be given every event of the engine
 */
export function notesOf(packages: readonly string[], journal: Journal): (event: EngineEvent) => void {
  const running = new Map<string, JournalEntry>();
  const end = (urn: string, error?: string) => {
    const entry = running.get(urn);
    if (entry) journal.ends(entry, error);
    running.delete(urn);
  };
  return ({ resourcePreEvent, resOutputsEvent, resOpFailedEvent }) => {
    if (resourcePreEvent && !resourcePreEvent.planning) {
      const { op, urn, type, new: goal, old } = resourcePreEvent.metadata;
      const verb = verbs[op];
      const custom = (goal ?? old)?.custom ?? false;
      if (verb && custom && packages.includes(type.split(":")[0] ?? "")) {
        running.set(urn, journal.begins(verb, { urn, type, name: urn.split("::").at(-1) ?? urn }));
      }
    }
    if (resOutputsEvent && !resOutputsEvent.planning) end(resOutputsEvent.metadata.urn);
    if (resOpFailedEvent) end(resOpFailedEvent.metadata.urn, "see the engine's log");
  };
}

/** Lets an engine with a home of its own use the plugins that its user has, and keep there what it has to fetch. */
export function sharePlugins(home: string): void {
  const own = join(process.env.PULUMI_HOME ?? join(homedir(), ".pulumi"), "plugins");
  const shared = join(home, "plugins");
  if (existsSync(shared)) return;
  for (const folder of [own, home]) mkdirSync(folder, { recursive: true });
  symlinkSync(own, shared);
}
