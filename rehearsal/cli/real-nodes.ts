/** What a rehearsal with real nodes needs beyond others: programs, and images where no registry can be reached. */
import type { BackendName } from "../../components/backends/profiles";
import { UserError } from "../base/user-error";
import type { RealNodesOptions } from "../ground/real/real-site";
import { openImageStore } from "../images/images";
import { ensureMadeImages } from "../images/made";
import type { MadeImage } from "../images/recipes";
import { Upstream } from "../images/upstream";
import { nodeTools } from "../tools/recipes";
import { systemProgram } from "../tools/system-programs";
import { ensureTools } from "../tools/tools";
import { type ChosenNodes, chooseNodes } from "./node-kind";
import type { Options } from "./options";

/** Backends that bring a CNI of their own, which real nodes here do not have, with the reason. */
const ownCni: Readonly<Partial<Record<BackendName, string>>> = {
  cilium: "its agent is the CNI of its nodes, and real nodes here have AWS's",
  submariner: "Calico is the CNI of its nodes, and real nodes here have AWS's",
};

/** Images of every lab. */
const ofEveryLab: readonly MadeImage[] = [
  "pause",
  "coredns",
  "aws-node",
  "kube-proxy",
  "eks-pod-identity-agent",
  "redis",
  "fortio",
];

/** Images of a backend, where they can be made here. */
const ofBackend: Readonly<Partial<Record<BackendName, readonly MadeImage[]>>> = {
  istio: ["istio-pilot", "istio-proxy"],
  loadbalancer: ["traefik"],
};

/**
 * What real nodes are made with; undefined where nodes are simulated. It may have to be built first.
 *
 * @param report is told what is being built, and why nodes that could be real are not
 * @throws UserError when real ones are asked for and cannot be had
 */
export async function realNodesFor(
  options: Pick<Options, "images" | "nodes">,
  backend: BackendName,
  report: (line: string) => void,
): Promise<RealNodesOptions | undefined> {
  const chosen = nodesFor(options, backend);
  const prepared = chosen.kind === "real" ? await realNodes(options, backend, report) : chosen;
  if ("images" in prepared) return prepared;
  if (prepared.because) report(`Nodes are simulated. ${prepared.because}`);
  return undefined;
}

/**
 * What nodes are, as far as machine and backend decide it.
 *
 * @throws UserError when real ones are asked for and cannot be had
 */
export function nodesFor({ nodes }: Pick<Options, "nodes">, backend: BackendName): ChosenNodes {
  const reason = ownCni[backend];
  if (nodes === "simulated" || !reason) return chooseNodes(nodes);
  const because = `The backend ${backend} has no real nodes yet: ${reason}.`;
  if (nodes === "real") throw new UserError(`${because} Leave --nodes out: then nodes are simulated.`);
  return { kind: "simulated", because };
}

/**
 * Builds the programs of real nodes and, where the registries of the world cannot be reached, makes images.
 *
 * @param report is told what is being built
 * @returns why there are no real nodes, where they may be simulated as well
 * @throws UserError when they must be real and cannot be
 */
async function realNodes(
  { images: archives, nodes }: Pick<Options, "images" | "nodes">,
  backend: BackendName,
  report: (line: string) => void,
): Promise<RealNodesOptions | { readonly because: string }> {
  const tools = await ensureTools(report, nodeTools);
  const images = await openImageStore({ archives, report });
  const runc = systemProgram("runc");
  if (!runc) throw new UserError("Real nodes need runc, and it is gone.");
  const options = { tools, runc, images };
  if (await new Upstream(images, { crane: tools.crane }).reaches(anyImage)) return options;
  const own = ofBackend[backend];
  if (own || archives !== undefined) {
    await ensureMadeImages(images, [...ofEveryLab, ...(own ?? [])], report);
    return options;
  }
  const because = `No registry can be reached, and the images of the backend ${backend} cannot be made here.`;
  if (nodes === "auto") return { because };
  throw new UserError(
    `${because} Give them in a folder with --images, or leave --nodes out: then nodes are simulated.`,
  );
}

/** If its registry lets us have this one, others will. */
const anyImage = "registry.k8s.io/pause:3.10";
