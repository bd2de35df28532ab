/** The report as one HTML document. */
import { durationText } from "../base/duration";
import { documentOf } from "./document";
import { type Html, html } from "./html";
import { layoutOf } from "./layout";
import type { Chart, ReportModel } from "./model";
import type { Cell, Section, Table } from "./tables";
import { drawn, timelineSvg } from "./timeline-svg";
import { topologySvg } from "./topology-svg";

/** The page as HTML, complete in itself. */
export async function page(model: ReportModel): Promise<string> {
  const { title, topology, charts, sections } = model;
  const picture = topologySvg(await layoutOf(topology), "Clusters and the flows between them");
  return documentOf(
    title,
    html`<nav>${[{ id: "topology", title: "Topology" }, ...charts, ...sections].map(({ id, title }) => html`<a href="#${id}">${title}</a>`)}</nav>
${verdict(model)}
<dl class="figures">${model.figures.map(({ name, value, note }) => html`<div><dt>${name}</dt><dd>${value}${note && html`<small>${note}</small>`}</dd></div>`)}</dl>
${troubles("Errors", model.errors)}
${troubles("Left behind", model.leftovers)}
<h2 id="topology">Topology</h2>
<p>Each arrow is a flow, labelled with its traffic; dashed lines are the paths between VPCs.${topology.omitted.length > 0 && ` Not drawn, for the sake of legibility, but in the tables below: ${topology.omitted.join(", ")}.`}</p>
<div class="wide">${picture}</div>
${charts.map(chart)}
${sections.map(section)}`,
  );
}

function verdict({ shortcomings, kept }: ReportModel): Html {
  if (shortcomings.length === 0) {
    return html`<div class="verdict good">${kept ? "The lab stands; it was kept after the checks." : "The lab stands and goes without a trace."}</div>`;
  }
  return html`<div class="verdict bad">The rehearsal failed.<ul>${shortcomings.map((each) => html`<li>${each}</li>`)}</ul></div>`;
}

function troubles(title: string, texts: readonly string[]): Html {
  return texts.length === 0 ? html`` : html`<h2>${title}</h2>${texts.map((each) => html`<pre>${each}</pre>`)}`;
}

function chart({ id, title, timeline, makespan, lowerBound, until }: Chart): Html {
  const shown = drawn(timeline);
  const left = timeline.length - shown.length;
  return html`<h2 id="${id}">${title}</h2>
<p>${durationText(makespan)} of AWS time, in minutes from left to right. No engine could need less than ${durationText(lowerBound)}, the length of the critical path, whatever it does at once.${left > 0 && ` Left out: ${left} of less than a second.`}</p>
<div class="legend">
<span><i style="background:var(--critical)"></i>on the critical path</span>
<span><i style="background:var(--bar)"></i>other operations</span>
<span><i style="background:var(--bad)"></i>failed</span>
<span><i class="bound"></i>lower bound</span>
</div>
<ol class="path">${shown.filter(({ critical }) => critical).map(({ type, name, start, end }) => html`<li>${type.split(":").at(-1)} ${name} ${durationText(end - start)}</li>`)}</ol>
<div class="wide">${timelineSvg(title, timeline, until, lowerBound)}</div>`;
}

function section({ id, title, intro, tables }: Section): Html {
  return html`<h2 id="${id}">${title}</h2><p>${intro}</p>${tables.map(table)}`;
}

function table({ columns, rows }: Table): Html {
  const numeric = (index: number) => columns[index]?.numeric && html` class="number"`;
  return html`<div class="wide"><table><thead><tr>${columns.map(({ title }, index) => html`<th${numeric(index)}>${title}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell, index) => html`<td${toneOf(cell, columns[index]?.numeric)}>${typeof cell === "string" ? cell : cell.text}</td>`)}</tr>\n`)}</tbody></table></div>`;
}

function toneOf(cell: Cell, numeric = false): Html | undefined {
  const classes = [numeric && "number", typeof cell !== "string" && cell.tone].filter(
    (each) => typeof each === "string",
  );
  return classes.length > 0 ? html` class="${classes.join(" ")}"` : undefined;
}
