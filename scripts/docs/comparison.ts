import { compare } from "../../compare/facts/comparison";
import { commonNotes } from "../../compare/show/notes";
import { groupsFor } from "../../compare/show/rows";
import { table } from "./markdown";
import { documentedDay, documentedSettings } from "./variants";

/** The backends side by side on the default lab: a heading and a table for each group of rows. */
export function comparisonSections(): string {
  const comparison = compare({ stack: "documentation", settings: documentedSettings, day: documentedDay });
  const { notes, others } = commonNotes(Object.values(comparison.backends));
  const sections = groupsFor(others, ["glance", "words", "detail"]).map(({ title, rows }) => {
    const cells = rows.map((row) => [row.title, ...others.map((candidate) => row.cell(candidate).join("<br>"))]);
    return `## ${title}\n\n${table(["", ...others.map((each) => each.title)], cells)}`;
  });
  return [`The lab: ${comparison.lab}.`, ...notes, ...sections].join("\n\n");
}
