/** Markup that is written by us, and text that is not: a tagged template that escapes whatever is put into it. */

/** Text that is markup already. */
export class Html {
  constructor(readonly markup: string) {}
}

type Piece = Html | string | number | false | undefined | readonly Piece[];

/** Markup with `pieces` escaped, except where they are markup themselves. Lists are joined; false and undefined vanish. */
export function html(strings: TemplateStringsArray, ...pieces: Piece[]): Html {
  return new Html(
    strings.map((string, index) => string + (index < pieces.length ? markup(pieces[index]) : "")).join(""),
  );
}

function markup(piece: Piece): string {
  if (piece instanceof Html) return piece.markup;
  if (Array.isArray(piece)) return piece.map(markup).join("");
  return piece === undefined || piece === false ? "" : escaped(String(piece));
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Fit for text and for attributes in quotes. Control characters, which no document may hold, become spaces. */
export function escaped(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, " ")
      .replace(/[&<>"']/g, (character) => entities[character] ?? character)
  );
}
