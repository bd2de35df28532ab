/** The picture of docs/architecture.md: the layers of .dependency-cruiser.mjs, in columns, the lowest at the bottom. */
import { layers } from "../../.dependency-cruiser.mjs";
import { Html, html } from "../../rehearsal/report/html";
import { letters, lightColours } from "../../rehearsal/report/style";

interface Column {
  readonly title: string;
  readonly holds: RegExp;
}

/** From left to right; what is in one imports what is in those before it. */
const columns: readonly Column[] = [
  { title: "The program", holds: /^(components\/|index)/ },
  { title: "Checks", holds: /^checks\// },
  { title: "Rehearsal", holds: /^rehearsal\// },
];

const width = 310;
const gap = 36;
const line = 48;
const margin = 12;
const heading = 30;

const style = `
.layers { ${lightColours} font-family: ${letters}; }
.layers .ground { fill: var(--page); }
.layers text { font-size: 11.5px; fill: var(--faint); dominant-baseline: central; }
.layers .title { font-size: 14px; font-weight: 600; fill: var(--ink); }
.layers .name { font-size: 12.5px; font-weight: 600; fill: var(--ink); }
.layers rect.layer { fill: var(--panel); stroke: var(--rule); }
.layers .arrow { fill: none; stroke: var(--nodes); stroke-width: 1.8; }
.layers marker path { fill: var(--nodes); }
`;

const legend = [
  "A layer imports its own files and those of",
  "the layers below it, in its column and in the",
  "columns that the arrows lead to.",
  "",
  "Nothing is imported from above, and there",
  "is no circle of files or folders.",
  "",
  "Folders behind one * know nothing of each other,",
  "the demo knows no backend, and the emulated",
  "AWS and the policies nothing of the program.",
];

/** The SVG file's text. */
export function layersPicture(): string {
  const stacks = columns.map(({ title, holds }) => ({ title, boxes: layers.filter(([name]) => holds.test(name)) }));
  const wide = layers.filter(([name]) => columns.every(({ holds }) => !holds.test(name)));
  const tallest = Math.max(...stacks.map(({ boxes }) => boxes.length));
  const bottom = wide.length * line + heading + tallest * line;
  const full = columns.length * (width + gap) - gap;
  return `${
    html`<svg class="layers" role="img" aria-label="The layers of the code" viewBox="${-margin} ${-margin} ${full + 2 * margin} ${bottom + 2 * margin}" width="${full + 2 * margin}" height="${bottom + 2 * margin}" xmlns="http://www.w3.org/2000/svg">
<style>${new Html(style)}</style>
<rect class="ground" x="${-margin}" y="${-margin}" width="${full + 2 * margin}" height="${bottom + 2 * margin}"/>
<defs><marker id="to" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L10 5L0 10z"/></marker></defs>
${wide.map((layer, index) => box(layer, 0, (wide.length - 1 - index) * line, full))}
${stacks.map(({ title, boxes }, index) => column(title, boxes, index * (width + gap), bottom))}
${legend.map((text, index) => html`<text x="${width + gap}" y="${(wide.length + 1.5) * line + index * 18}">${text}</text>`)}
${columns.slice(1).map((_, index) => arrow(index + 1, bottom))}
</svg>`.markup
  }\n`;
}

type Layer = (typeof layers)[number];

function column(title: string, boxes: readonly Layer[], x: number, bottom: number): Html {
  const top = bottom - boxes.length * line;
  return html`<text class="title" x="${x}" y="${top - heading / 2}">${title}</text>
${boxes.map((layer, index) => box(layer, x, bottom - (index + 1) * line, width))}`;
}

function box([name, what]: Layer, x: number, y: number, wide: number): Html {
  return html`<rect class="layer" x="${x}" y="${y}" width="${wide}" height="${line - 6}" rx="5"/><text class="name" x="${x + 10}" y="${y + 14}">${name}</text><text x="${x + 10}" y="${y + 30}">${what}</text>
`;
}

/** From a column to the one before it. */
function arrow(index: number, bottom: number): Html {
  const x = index * (width + gap);
  return html`<path class="arrow" d="M${x} ${bottom - line}L${x - gap} ${bottom - line}" marker-end="url(#to)"><title>imports</title></path>`;
}
