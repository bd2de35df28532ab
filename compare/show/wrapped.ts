/** `text` in lines of at most `width` characters. A word that is longer breaks after a dot, a slash or a hyphen if it has one. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(...broken(word, width));
  }
  return lines;
}

function broken(word: string, width: number): string[] {
  if (word.length <= width) return [word];
  const end = Math.max(...["/", ".", "-"].map((sign) => word.lastIndexOf(sign, width - 1) + 1));
  const at = end > 0 ? end : width;
  return [word.slice(0, at), ...broken(word.slice(at), width)];
}
