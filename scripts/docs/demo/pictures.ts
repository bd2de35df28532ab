/** Pictures of the demo: SVG files that need nothing but themselves. */
import type { BackendName } from "../../../components/backends/profiles";
import type { UseCase } from "../../../components/demo/settings";
import { type Layout, layoutOf } from "../../../rehearsal/report/layout";
import { letters, lightColours } from "../../../rehearsal/report/style";
import { topologySvg } from "../../../rehearsal/report/topology-svg";
import { labWith } from "../variants";
import { pathOf } from "./picture";

interface Picture {
  readonly title: string;
  readonly useCase: UseCase;
  /** One that is like the others of its kind. */
  readonly backend: BackendName;
}

const pictures: Readonly<Record<string, Picture>> = {
  "docs/pictures/global-load-balancing-gateway.svg": {
    title: "The product catalog on both clusters, called through gateways",
    useCase: "global-load-balancing",
    backend: "istio",
  },
  "docs/pictures/global-load-balancing-pods.svg": {
    title: "The product catalog on both clusters, called pod to pod",
    useCase: "global-load-balancing",
    backend: "cilium",
  },
  "docs/pictures/service-to-service-gateway.svg": {
    title: "The way to the carts and of their copy, through gateways",
    useCase: "service-to-service",
    backend: "istio",
  },
  "docs/pictures/service-to-service-pods.svg": {
    title: "The way to the carts and of their copy, pod to pod",
    useCase: "service-to-service",
    backend: "cilium",
  },
};

/** Files with them, relative to the project. */
export const demoPictureFiles = Object.keys(pictures);

/** Light on every page: a picture in a document does not know what is around it. */
const colours = `
.topology { ${lightColours} font-family: ${letters}; }
.topology .ground { fill: var(--page); }
`;

/** Where everything in the picture of `file` is. */
export function demoPictureLayout(file: string): Promise<Layout> {
  const { useCase, backend } = pictureOf(file);
  return layoutOf(pathOf(useCase, labWith(backend).plan));
}

/** The text of `file`. */
export async function demoPicture(file: string): Promise<string> {
  return `${topologySvg(await demoPictureLayout(file), pictureOf(file).title, colours).markup}\n`;
}

function pictureOf(file: string): Picture {
  const found = pictures[file];
  if (!found) throw new Error(`${file} is no picture`);
  return found;
}
