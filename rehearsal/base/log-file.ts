import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";

/** Where a rehearsal writes its logs. */
export function logsFolder(scratch: string): string {
  return join(scratch, "logs");
}

/** A log that is on disk line by line, whatever becomes of this process. */
export class LogFile {
  private readonly file: string;

  /**
   * @param scratch folder of the rehearsal
   * @param name of the file
   */
  constructor(scratch: string, name: string) {
    mkdirSync(logsFolder(scratch), { recursive: true, mode: 0o700 });
    this.file = join(logsFolder(scratch), name);
  }

  /** Text, with the time before it. */
  text(line: string): void {
    this.append(`${now()} ${line}`);
  }

  /** An object as JSON, with the time in it. */
  json(entry: object): void {
    this.append(JSON.stringify({ time: now(), ...entry }));
  }

  private append(line: string): void {
    appendFileSync(this.file, `${line}\n`, { mode: 0o600 });
  }
}

function now(): string {
  return new Date().toISOString();
}
