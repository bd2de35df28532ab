/** How far what is fetched has come: at a terminal in one line, elsewhere a line for each file that is there. */
import { sizeText } from "../../base/machine";
import { type Asset, siteOf } from "./release";
import type { Sites } from "./site";

/** Where progress is redrawn. */
export interface Screen {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

/** Real milliseconds between two drawings. */
const frame = 200;

/** Erases the line on which the cursor is. */
const erased = "\r\u001b[2K";

/** Progress of several files at once. */
export class FetchProgress {
  private readonly files = new Map<string, { bytes: number; size: number | undefined }>();
  private readonly began = Date.now();
  private drawnAt = 0;
  private done = 0;

  /**
   * @param screen where it is redrawn, if that is a terminal. Default: nowhere
   * @param report is told lines that stay
   */
  constructor(
    private readonly assets: readonly Asset[],
    private readonly report: (line: string) => void,
    private readonly screen: Screen | undefined,
  ) {}

  /** So much of a file is here. */
  note({ url }: Asset, bytes: number, size: number | undefined): void {
    this.files.set(url, { bytes, size });
    if (!this.screen?.isTTY || Date.now() - this.drawnAt < frame) return;
    this.drawnAt = Date.now();
    this.screen.write(`${erased}${this.line()}`);
  }

  /** A file is there. */
  finish({ url, programs }: Asset, sites: Pick<Sites, "at">): void {
    this.done += 1;
    const size = sizeText(this.files.get(url)?.bytes ?? 0);
    this.say(`fetched ${programs.map(({ name }) => name).join(", ")} from ${siteOf(sites.at(url))} (${size})`);
  }

  /** A line that stays. */
  say(line: string): void {
    if (this.screen?.isTTY) this.screen.write(erased);
    this.report(line);
  }

  private line(): string {
    const files = [...this.files.values()];
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const whole = files.reduce((sum, { size }) => sum + (size ?? Number.NaN), 0);
    const of = Number.isNaN(whole) || files.length < this.assets.length ? "" : ` of ${sizeText(whole)}`;
    const speed = sizeText((bytes * 1000) / Math.max(Date.now() - this.began, 1));
    return `fetching ${this.assets.length} files, ${this.done} are there: ${sizeText(bytes)}${of}, ${speed} a second`;
  }
}
