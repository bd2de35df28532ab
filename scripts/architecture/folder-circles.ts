/**
 * Circles of folders at any depth. dependency-cruiser's own rule for folders compares a folder as a whole with the innermost
 * folders that it imports from, and so misses `a/x -> b/y` with `b/z -> a/w`, and a folder's files with those below it.
 */

/** An import: the file that says it, and the file it names; paths with slashes, relative to the project. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

/** What a folder holds side by side: `.` for its own files, and its subfolders, each with all that is below it. */
type Neighbours = Map<string, Map<string, Import>>;

/**
 * Every folder in which subfolders, or subfolders and the folder's own files, import each other in a circle: one line for
 * each, with an import for every step.
 */
export function folderCircles(imports: readonly Import[]): string[] {
  const folders = new Map<string, Neighbours>();
  for (const each of imports) {
    const { folder, from, to } = parting(each);
    if (from === to) continue;
    const neighbours = folders.get(folder) ?? new Map();
    folders.set(folder, neighbours.set(from, (neighbours.get(from) ?? new Map()).set(to, each)));
  }
  return [...folders].flatMap(([folder, neighbours]) => {
    const circle = firstCircle(neighbours);
    return circle ? [text(folder, circle)] : [];
  });
}

/** The innermost folder that holds both ends of an import, and which of its neighbours they are in. */
function parting({ from, to }: Import) {
  const [begin, end] = [from.split("/"), to.split("/")];
  const depth = begin.findIndex((part, at) => part !== end[at] || at === begin.length - 1);
  const neighbour = (parts: readonly string[]) => (parts.length - 1 === depth ? "." : (parts[depth] ?? "."));
  return { folder: begin.slice(0, depth).join("/") || ".", from: neighbour(begin), to: neighbour(end) };
}

/** The imports along the first way that is found from a neighbour back to itself. */
function firstCircle(neighbours: Neighbours): readonly Import[] | undefined {
  for (const start of neighbours.keys()) {
    const ways = new Map<string, readonly Import[]>([[start, []]]);
    for (const [here, way] of ways) {
      for (const [next, step] of neighbours.get(here) ?? []) {
        if (next === start) return [...way, step];
        if (!ways.has(next)) ways.set(next, [...way, step]);
      }
    }
  }
  return undefined;
}

function text(folder: string, circle: readonly Import[]): string {
  const steps = circle.map(({ from, to }) => `\n    ${from} imports ${to}`);
  return `a circle of folders in ${folder}:${steps.join("")}`;
}
