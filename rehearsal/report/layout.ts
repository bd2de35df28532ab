/** Where the picture's boxes, arrows and labels go: ELK's layered layout, which keeps labels apart from all else. */
import ELK, { type ElkExtendedEdge, type ElkLabel, type ElkNode } from "elkjs";
import type { Arrow, Box, Group, Link, Topology } from "./topology";

/** A place in the picture, in pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle. */
export interface Area extends Point {
  readonly width: number;
  readonly height: number;
}

/** A line through points, and what it stands for. */
export interface Line<T> {
  readonly what: T;
  readonly points: readonly Point[];
  readonly label: Area;
}

/** Everything in the picture's own coordinates. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly groups: readonly { readonly what: Group; readonly area: Area }[];
  readonly boxes: readonly { readonly what: Box; readonly area: Area }[];
  readonly arrows: readonly Line<Arrow>[];
  readonly links: readonly Line<Link>[];
}

/** Sizes of the picture's text in pixels. There is no font to measure with: widths are those of a wide sans-serif. */
export const text = { line: 17, character: 7.4, padding: 12 } as const;

const widthOf = (line: string) => line.length * text.character;

/** Width and height of a stack of lines. */
function stack(lines: readonly string[]): { width: number; height: number } {
  return {
    width: Math.ceil(Math.max(...lines.map(widthOf)) + 2 * text.padding),
    height: lines.length * text.line + 2 * text.padding,
  };
}

const contents = ({ title, lines }: Box | Group): string[] => [title, ...lines];

const options = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.spacing.nodeNode": "28",
  "elk.spacing.edgeNode": "14",
  "elk.spacing.edgeEdge": "10",
  "elk.layered.spacing.nodeNodeBetweenLayers": "24",
  "elk.layered.spacing.edgeNodeBetweenLayers": "16",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "9",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  // Edges are then told in the picture's coordinates, not in those of whatever holds both their ends.
  "elk.json.edgeCoords": "ROOT",
} as const;

/** An edge as the layout is given it: always from left to right, so that nothing has to run around the picture. */
interface Edge {
  readonly id: string;
  readonly left: string;
  readonly right: string;
  readonly label: string;
}

/** Places everything, so that no two things lie on each other. */
export async function layoutOf(topology: Topology): Promise<Layout> {
  const { groups, arrows, links } = topology;
  const order = new Map(
    groups.flatMap((group, index) => [group, ...group.boxes].map(({ id }) => [id, index] as const)),
  );
  const goesBack = ({ from, to }: Arrow) => at(order, from) > at(order, to);
  const root = await new ELK().layout(
    graphOf(groups, [
      ...links.map(({ a, b, label }, index): Edge => ({ id: `link/${index}`, left: a, right: b, label })),
      ...arrows.map((arrow, index): Edge => {
        const [left, right] = goesBack(arrow) ? [arrow.to, arrow.from] : [arrow.from, arrow.to];
        return { id: `arrow/${index}`, left, right, label: arrow.label };
      }),
    ]),
  );
  const children = root.children ?? [];
  const edges = new Map((root.edges ?? []).map((edge) => [edge.id, edge]));
  const areas = new Map(
    children.flatMap((group) => [
      [group.id, areaOf(group)] as const,
      ...(group.children ?? []).map((box) => [box.id, areaOf(box, areaOf(group))] as const),
    ]),
  );
  return {
    width: root.width ?? 0,
    height: root.height ?? 0,
    groups: groups.map((what) => ({ what, area: at(areas, what.id) })),
    boxes: groups.flatMap(({ boxes }) => boxes.map((what) => ({ what, area: at(areas, what.id) }))),
    arrows: arrows.map((what, index) => lineOf(what, at(edges, `arrow/${index}`), goesBack(what))),
    links: links.map((what, index) => lineOf(what, at(edges, `link/${index}`), false)),
  };
}

function graphOf(groups: readonly Group[], edges: readonly Edge[]): ElkNode {
  /** Where edges touch `id`: on its right those that begin there, on its left those that end. */
  const ports = (id: string) => ({
    layoutOptions: { "elk.portConstraints": "FIXED_SIDE" },
    ports: edges.flatMap((edge) => [
      ...(edge.left === id ? [port(`${edge.id}/left`, "EAST")] : []),
      ...(edge.right === id ? [port(`${edge.id}/right`, "WEST")] : []),
    ]),
  });
  return {
    id: "lab",
    layoutOptions: options,
    children: groups.map((group) => {
      const heading = stack(contents(group));
      const touched = ports(group.id);
      return {
        id: group.id,
        ports: touched.ports,
        layoutOptions: {
          ...touched.layoutOptions,
          "elk.padding": `[top=${heading.height},left=14,bottom=18,right=14]`,
          "elk.nodeSize.constraints": "MINIMUM_SIZE",
          "elk.nodeSize.minimum": `(${heading.width},${heading.height})`,
        },
        children: group.boxes.map((box) => ({
          id: box.id,
          // As wide as the widest in the group: their edges then line up.
          width: Math.max(...group.boxes.map((each) => stack(contents(each)).width)),
          height: stack(contents(box)).height,
          ...ports(box.id),
        })),
      };
    }),
    edges: edges.map(({ id, label }) => ({
      id,
      sources: [`${id}/left`],
      targets: [`${id}/right`],
      labels: [
        {
          text: label,
          width: widthOf(label) + 8,
          height: text.line + 2,
          layoutOptions: { "elk.edgeLabels.inline": "true" },
        },
      ],
    })),
  };
}

function port(id: string, side: "EAST" | "WEST") {
  return { id, width: 0, height: 0, layoutOptions: { "elk.port.side": side } };
}

function lineOf<T>(what: T, { sections, labels }: ElkExtendedEdge, backwards: boolean): Line<T> {
  const points = (sections ?? []).flatMap(({ startPoint, bendPoints = [], endPoint }) => [
    startPoint,
    ...bendPoints,
    endPoint,
  ]);
  return { what, points: backwards ? points.reverse() : points, label: areaOf(labels?.[0] ?? {}) };
}

function areaOf({ x = 0, y = 0, width = 0, height = 0 }: ElkNode | ElkLabel, within: Point = { x: 0, y: 0 }): Area {
  return { x: x + within.x, y: y + within.y, width, height };
}

function at<T>(map: ReadonlyMap<string, T>, id: string): T {
  const found = map.get(id);
  if (found === undefined) throw new Error(`the layout has lost ${id}`);
  return found;
}
