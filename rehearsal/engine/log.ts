/** The engine's log: what it says, and a line when it begins and ends an operation on a resource. */
import type { DiagnosticEvent, EngineEvent, PolicyEvent } from "@pulumi/pulumi/automation";
import { LogFile } from "../base/log-file";

/** Not debug, which the types do not know: its messages show inputs and outputs, secrets in clear. */
const severities = new Set(["info", "info#err", "warning", "error"]);

/** Without inputs and outputs, which may be secret. */
export class EngineLog {
  private readonly file: LogFile;

  constructor(scratch: string) {
    this.file = new LogFile(scratch, "engine.log");
  }

  /** What the engine is asked for, or how that ended. */
  note(line: string): void {
    this.file.text(line);
  }

  /** What the engine tells while it is at work. */
  event({ diagnosticEvent, policyEvent, resourcePreEvent, resOutputsEvent, resOpFailedEvent }: EngineEvent): void {
    if (diagnosticEvent && severities.has(diagnosticEvent.severity) && !diagnosticEvent.ephemeral) {
      this.note(`${diagnosticEvent.severity} ${diagnosticText(diagnosticEvent)}`);
    }
    if (policyEvent) this.note(`${policyEvent.enforcementLevel} ${policyText(policyEvent)}`);
    for (const [word, event] of [
      ["begins", resourcePreEvent],
      ["ends", resOutputsEvent],
      ["fails", resOpFailedEvent],
    ] as const) {
      // Nothing is done to what is as it should be.
      if (event && event.metadata.op !== "same")
        this.note(`${word} ${event.metadata.op} ${resourceName(event.metadata.urn)}`);
    }
  }
}

/** What the engine says, and of which resource. */
export function diagnosticText({ urn, message }: DiagnosticEvent): string {
  const text = uncoloured(message);
  return urn ? `${resourceName(urn)}: ${text}` : text;
}

/** Which promise is broken, and by which resource. */
export function policyText({ policyName, resourceUrn, message }: PolicyEvent): string {
  const where = resourceUrn ? ` ${resourceName(resourceUrn)}:` : "";
  return `policy ${policyName}:${where} ${uncoloured(message).replaceAll("\n", ": ")}`;
}

/** It marks colours as <{%...%}>. */
function uncoloured(text: string): string {
  return text.replace(/<\{%[^%]*%\}>/g, "").trim();
}

/** Type and name, without its parents'. */
function resourceName(urn: string): string {
  const name = urn.split("::").slice(2).join(" ");
  return name.split("$").at(-1) ?? name;
}
