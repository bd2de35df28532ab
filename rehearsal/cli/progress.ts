import colors from "picocolors";
import { durationText } from "../base/duration";
import type { JournalEntry } from "../base/operations";
import type { Progress } from "../run/rehearsal";

/** Where progress is shown. */
export interface Screen {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

const signs = { create: "+", read: " ", update: "~", delete: "-" } as const;
/** Shorter operations are not worth a line of their own in a log. AWS seconds. */
const noteworthy = 20;
const frame = 120;

/**
 * Shows what is being built. At a terminal the operations under way are redrawn in place; in a pipe there is a line for
 * each that took its time.
 */
export class TerminalProgress implements Progress {
  private readonly running = new Set<JournalEntry>();
  private done = 0;
  private drawn = 0;
  private phaseStart = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly screen: Screen,
    /** AWS seconds. */
    private readonly now: () => number,
  ) {}

  /** A line that stays. */
  say(line: string): void {
    this.erase();
    this.screen.write(`${line}\n`);
    this.draw();
  }

  /** Begins a phase with a heading. */
  begin(title: string): void {
    this.say(colors.bold(title));
    this.done = 0;
    this.phaseStart = this.now();
    if (!this.screen.isTTY) return;
    this.timer = setInterval(() => this.redraw(), frame);
    this.timer.unref();
  }

  /** Ends the phase: nothing is redrawn any more. */
  end(): void {
    clearInterval(this.timer);
    this.erase();
    this.running.clear();
  }

  /** To be told when an operation begins and ends. */
  readonly watch = (entry: JournalEntry): void => {
    if (entry.verb === "read") return;
    if (entry.end === undefined) {
      this.running.add(entry);
      return;
    }
    this.running.delete(entry);
    this.done++;
    if (this.screen.isTTY) return;
    if (entry.error !== undefined || entry.end - entry.start >= noteworthy) this.say(this.line(entry, entry.end));
  };

  private redraw(): void {
    this.erase();
    this.draw();
  }

  private draw(): void {
    if (!this.screen.isTTY || this.running.size === 0) return;
    const longest = [...this.running].sort((a, b) => a.start - b.start).slice(0, 8);
    const lines = longest.map((entry) => this.line(entry, this.now()));
    lines.push(
      colors.dim(
        `  ${this.done} done, ${this.running.size} under way, ${durationText(this.now() - this.phaseStart)} of AWS time`,
      ),
    );
    this.screen.write(lines.map((line) => `${line}\n`).join(""));
    this.drawn = lines.length;
  }

  private erase(): void {
    if (this.drawn > 0) this.screen.write(`\u001b[${this.drawn}A\u001b[0J`);
    this.drawn = 0;
  }

  private line(entry: JournalEntry, until: number): string {
    const kind = entry.type.split(":").at(-1) ?? entry.type;
    const failed = entry.error === undefined ? "" : colors.red(" failed");
    const text = `  ${signs[entry.verb]} ${kind} ${entry.name}`;
    const room = (this.screen.columns ?? 100) - 10;
    return `${text.slice(0, room).padEnd(Math.min(room, 60))} ${durationText(until - entry.start).padStart(7)}${failed}`;
  }
}
