/** Where progress is shown. */
export interface Screen {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** One line about what is still being asked, redrawn in place at a terminal; nothing elsewhere. */
export class CheckProgress {
  private readonly waiting: string[] = [];
  private all = 0;

  constructor(private readonly screen: Screen) {}

  /** A question is under way. */
  readonly asked = (what: string): void => {
    this.all++;
    this.waiting.push(what);
    this.draw();
  };

  /** It has been answered. */
  readonly answered = (what: string): void => {
    this.waiting.splice(this.waiting.indexOf(what), 1);
    this.draw();
  };

  /** Takes the line away. */
  end(): void {
    if (this.screen.isTTY) this.screen.write("\r\u001b[K");
  }

  private draw(): void {
    if (!this.screen.isTTY) return;
    const names = [...new Set(this.waiting)].join(", ");
    const text = `${this.all - this.waiting.length} of ${this.all} answered; ${names}`;
    this.screen.write(`\r\u001b[K${text.slice(0, (this.screen.columns ?? 80) - 1)}`);
  }
}
