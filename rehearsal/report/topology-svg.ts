import { Html, html } from "./html";
import { type Area, type Layout, type Line, type Point, text } from "./layout";
import { topologyStyle } from "./style";
import { boxKinds } from "./topology";

const margin = 12;

/**
 * The picture of the lab.
 *
 * @param own colours, for a picture that is a file of its own; those of the page around it otherwise
 */
export function topologySvg(
  { width, height, groups, boxes, arrows, links }: Layout,
  title: string,
  own?: string,
): Html {
  const [full, tall] = [Math.ceil(width + 2 * margin), Math.ceil(height + 2 * margin)];
  return html`<svg class="topology" role="img" aria-label="${title}" width="${full}" height="${tall}" viewBox="${-margin} ${-margin} ${full} ${tall}" xmlns="http://www.w3.org/2000/svg">${
    own !== undefined &&
    html`
<style>${new Html(`${own}${topologyStyle}`)}</style>
<rect class="ground" x="${-margin}" y="${-margin}" width="${full}" height="${tall}"/>`
  }
<defs>${boxKinds.map(head)}</defs>
${groups.map(({ what, area }) => html`<g class="group">${rectangle(area, 10)}${lines(area, what.title, what.lines, "start")}</g>`)}
${links.map((link) => html`<g class="link"><path d="${path(link.points)}"/></g>`)}
${arrows.map(
  ({ what, points }) =>
    html`<g class="arrow ${what.kind}"><path d="${path(points)}" marker-end="url(#to-${what.kind})"><title>${what.why}</title></path></g>`,
)}
${boxes.map(({ what, area }) => html`<g class="box ${what.kind}">${rectangle(area, 6)}${lines(area, what.title, what.lines, "middle")}</g>`)}
${links.map((link) => label(link, "link"))}
${arrows.map((arrow) => label(arrow, `arrow ${arrow.what.kind}`))}
</svg>`;
}

function head(kind: string): Html {
  return html`<marker id="to-${kind}" class="${kind}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L10 5L0 10z"/></marker>`;
}

function rectangle({ x, y, width, height }: Area, radius: number): Html {
  return html`<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}"/>`;
}

/** A title and the lines below it, at the top of `area`. */
function lines({ x, y, width }: Area, title: string, more: readonly string[], anchor: "start" | "middle"): Html {
  const left = anchor === "start" ? x + text.padding : x + width / 2;
  const at = (index: number) => y + text.padding + (index + 0.5) * text.line;
  return html`${[title, ...more].map(
    (line, index) =>
      html`<text x="${left}" y="${at(index)}" text-anchor="${anchor}"${index === 0 && html` class="title"`}>${line}</text>`,
  )}`;
}

function label({ what, label: area }: Line<{ readonly label: string }>, kind: string): Html {
  return html`<g class="label ${kind}">${rectangle(area, 4)}<text x="${area.x + area.width / 2}" y="${area.y + area.height / 2}" text-anchor="middle">${what.label}</text></g>`;
}

/** A line through `points` with its corners rounded. */
function path(points: readonly Point[]): string {
  return points
    .map((point, index) => {
      const [before, after] = [points[index - 1], points[index + 1]];
      if (!before) return `M${point.x} ${point.y}`;
      if (!after) return `L${point.x} ${point.y}`;
      const enter = towards(point, before);
      const leave = towards(point, after);
      return `L${enter.x} ${enter.y}Q${point.x} ${point.y} ${leave.x} ${leave.y}`;
    })
    .join("");
}

/** The point a corner's radius away from `from` on the way to `to`, or halfway where that is nearer. */
function towards(from: Point, to: Point): Point {
  const distance = Math.hypot(to.x - from.x, to.y - from.y);
  const part = distance === 0 ? 0 : Math.min(8, distance / 2) / distance;
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}
