/** The comparison as one HTML document, in the style of the report. */
import { documentOf } from "../../rehearsal/report/document";
import { type Html, html } from "../../rehearsal/report/html";
import type { Candidate, Comparison } from "../facts/comparison";
import { barsSvg } from "./bars-svg";
import { type BarChart, chartsOf } from "./charts";
import { commonNotes } from "./notes";
import { type Group, groupsFor, type Lines } from "./rows";

const style = `
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 590px), 1fr)); gap: 8px 32px; }
.charts h3 { margin: 20px 0 0; font-size: 16px; }
.charts p { margin: 2px 0 4px; font-size: 13px; }
.comparison { table-layout: fixed; min-width: 1100px; }
.comparison tr > th:first-child { width: 130px; position: sticky; left: 0; background: var(--page); }
.comparison tbody th { font-weight: 400; border: 0; padding-left: 0; vertical-align: top; }
.comparison thead th { color: var(--ink); font-size: 15px; vertical-align: bottom; }
.comparison td { overflow-wrap: anywhere; }
.comparison td div + div { margin-top: 3px; }
.comparison .group th { padding-top: 18px; font-weight: 600; color: var(--nodes); }
.comparison .refused { color: var(--skip); }
`;

/** The page as HTML, complete in itself. */
export function comparisonPage(comparison: Comparison): string {
  const { notes, others } = commonNotes(Object.values(comparison.backends));
  const title = `Backends side by side: stack ${comparison.stack}`;
  return documentOf(
    title,
    html`<p>${comparison.lab}.${comparison.measuring && ` ${comparison.measuring}.`}${notes.map((note) => ` ${note}`)}</p>
<div class="charts">${chartsOf(others).map(chart)}</div>
<h2 id="table">Everything</h2>
<div class="wide">${table(others, groupsFor(others, ["glance", "words", "detail"]))}</div>`,
    style,
  );
}

function chart(bars: BarChart): Html {
  const { title, note, series } = bars;
  return html`<section><h3>${title}</h3><p>${note}</p>
<div class="legend">${series.map(({ name, colour }) => html`<span><i style="background:${colour}"></i>${name}</span>`)}</div>
<div class="wide">${barsSvg(bars)}</div></section>`;
}

function table(candidates: readonly Candidate[], groups: readonly Group[]): Html {
  return html`<table class="comparison"><thead><tr><th></th>${candidates.map(({ title, refused }) => html`<th scope="col">${title}${refused.length > 0 && html` <span class="refused">(refused)</span>`}</th>`)}</tr></thead>
<tbody>${groups.map(
    ({
      title,
      rows,
    }) => html`<tr class="group"><th colspan="${candidates.length + 1}" scope="colgroup">${title}</th></tr>
${rows.map((row) => html`<tr><th scope="row">${row.title}</th>${candidates.map((candidate) => html`<td>${lines(row.cell(candidate))}</td>`)}</tr>\n`)}`,
  )}</tbody></table>`;
}

function lines(texts: Lines): Html[] {
  return texts.map((text) => html`<div>${text}</div>`);
}
