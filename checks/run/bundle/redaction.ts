/** Takes secrets out of texts that are handed on: logs of a rehearsal, and bundles. */

const secret = "[secret]";

/** Shorter values are words, and would be taken out everywhere. */
const leastLength = 12;

/** What looks like a secret, whatever it is. In JSON and quoted text a new line is a backslash and an n. */
const patterns: readonly RegExp[] = [
  /-----BEGIN ([A-Z ]*)PRIVATE KEY-----(?:\\+[nrt]|[A-Za-z0-9+/=\s])*(?:-----END \1PRIVATE KEY-----)?/g,
  new RegExp(`[A-Za-z0-9+/]*(?:${inBase64("PRIVATE KEY-----").join("|")})[A-Za-z0-9+/=]*`, "g"),
  // JSON Web Tokens, as of service accounts.
  /eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]*)?/g,
  /(?<=\bBearer )[A-Za-z0-9._~+/=-]{12,}/g,
];

/** A text within a longer one in base64, where it may begin at each of three places of a group. */
function inBase64(text: string): string[] {
  return [0, 1, 2].map((before) => {
    const written = Buffer.from(" ".repeat(before) + text).toString("base64");
    // Without the characters into which a part of something else went.
    return written
      .slice(Math.ceil((before * 8) / 6), Math.floor(((before + text.length) * 8) / 6))
      .replace(/[+]/g, "\\+");
  });
}

/** Knows secrets word by word, besides what looks like one. */
export class Redaction {
  private readonly known = new Set<string>();

  /** Values that are secret; certificates among them are public all the same. */
  learn(values: Iterable<string>): void {
    for (const value of values) {
      const isPublic = value.includes("-----BEGIN CERTIFICATE-----") && !value.includes("PRIVATE KEY");
      if (!isPublic && value.length >= leastLength) this.known.add(value);
    }
  }

  /** The text without secrets: known ones as they are, as JSON writes them and in base64, as Kubernetes keeps them. */
  apply(text: string): string {
    const forms = [...this.known].flatMap((value) => [
      value,
      JSON.stringify(value).slice(1, -1),
      Buffer.from(value).toString("base64"),
    ]);
    // The longest first: one may be a part of another.
    const ordered = [...new Set(forms)].sort((a, b) => b.length - a.length);
    const withoutKnown = ordered.reduce((rest, form) => rest.replaceAll(form, secret), text);
    return patterns.reduce((rest, pattern) => rest.replace(pattern, secret), withoutKnown);
  }
}
