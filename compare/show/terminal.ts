/**
 * The comparison at a terminal: numbers of all backends side by side, then their words in blocks of as many backends as fit
 * beside each other.
 */
import colors from "picocolors";
import type { Candidate, Comparison } from "../facts/comparison";
import { commonNotes } from "./notes";
import { groupsFor, type Lines, type Row } from "./rows";
import { wrapped } from "./wrapped";

/** Characters: of the rows' titles, of the space before a column, and of the narrowest column of numbers and of words. */
const widths = { title: 16, gap: 2, numbers: 13, words: 28 } as const;

/**
 * The whole comparison, in lines of at most `columns` characters.
 *
 * @param columns width of the terminal, from 60
 */
export function terminalText(comparison: Comparison, columns: number): string {
  const { notes, others } = commonNotes(Object.values(comparison.backends));
  const accepted = others.filter(({ facts }) => facts);
  return [
    ...wrapped(`Stack ${comparison.stack}: ${comparison.lab}.`, columns),
    ...(comparison.measuring ? wrapped(`${comparison.measuring}.`, columns) : []),
    ...blocksOf(accepted, columns, widths.numbers).flatMap((block) => numberLines(block, columns)),
    ...blocksOf(others, columns, widths.words).flatMap((block) => wordLines(block, columns)),
    ...notes.flatMap((note) => ["", ...wrapped(`Of all: ${note}`, columns)]),
  ].join("\n");
}

/** Backends that are shown beside each other: as many as fit, and about as many in each block. */
function blocksOf(candidates: readonly Candidate[], columns: number, narrowest: number): Candidate[][] {
  const most = Math.max(1, Math.floor((columns - widths.title) / (narrowest + widths.gap)));
  const count = Math.ceil(candidates.length / most);
  const size = Math.ceil(candidates.length / count);
  return Array.from({ length: count }, (_, block) => candidates.slice(block * size, (block + 1) * size));
}

function numberLines(candidates: readonly Candidate[], columns: number): string[] {
  const width = widthOf(candidates, columns);
  const rows = groupsFor(candidates, ["glance"]).flatMap((group) => group.rows);
  return [...heading(candidates, width), ruled("", columns), ...rowsLines(rows, candidates, width)];
}

function wordLines(candidates: readonly Candidate[], columns: number): string[] {
  const width = widthOf(candidates, columns);
  const groups = groupsFor(candidates, ["words"]).flatMap(({ title, rows }) => [
    ruled(`${title} `, columns),
    ...rowsLines(rows, candidates, width),
  ]);
  return [...heading(candidates, width), ...groups];
}

function widthOf(candidates: readonly Candidate[], columns: number): number {
  return Math.floor((columns - widths.title) / candidates.length) - widths.gap;
}

function heading(candidates: readonly Candidate[], width: number): string[] {
  const titles = candidates.map(({ title }) => [title]);
  return ["", ...rowLines("", titles, width).map((line) => colors.bold(line))];
}

/** A title with a rule behind it. */
function ruled(title: string, columns: number): string {
  return colors.cyan(title.padEnd(columns, "─"));
}

function rowsLines(rows: readonly Row[], candidates: readonly Candidate[], width: number): string[] {
  return rows.flatMap(({ title, cell }) => rowLines(title, candidates.map(cell), width));
}

/** Lines for a row: as many as its highest cell has. */
function rowLines(title: string, cells: readonly Lines[], width: number): string[] {
  const columns = [
    wrapped(title, widths.title),
    ...cells.map((cell) => (cell.length === 0 ? ["-"] : cell.flatMap((text) => wrapped(text, width)))),
  ];
  const height = Math.max(...columns.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) =>
    columns
      .map((column, index) => (column[line] ?? "").padEnd(index === 0 ? widths.title : width))
      .join(" ".repeat(widths.gap))
      .trimEnd(),
  );
}
