/** What a rehearsal with real nodes needs beyond others: programs, and images where no registry can be reached. */
import type { BackendName } from "../../components/backends/profiles";
import type { LabPlan } from "../../components/lab/plan";
import { freeDisk } from "../base/machine";
import { UserError } from "../base/user-error";
import type { RealNodesOptions } from "../ground/real/real-site";
import { openImageStore } from "../images/images";
import { ensureMadeImages, unmadeImages } from "../images/made";
import type { MadeImage } from "../images/recipes";
import type { ImageStore } from "../images/store";
import { Upstream } from "../images/upstream";
import { findGo } from "../tools/go";
import { nodeTools } from "../tools/recipes";
import { systemProgram } from "../tools/system-programs";
import { ensureTools } from "../tools/tools";
import { noDiskForImages } from "./image-disk";
import { type ChosenNodes, chooseNodes } from "./node-kind";
import type { Options } from "./options";
import { noRealNetworking } from "./real-networking";

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
  cilium: ["cilium", "cilium-operator", "clustermesh-apiserver"],
};

/**
 * What real nodes are made with; undefined where nodes are simulated. It may have to be built first.
 *
 * @param report is told what is being built, and why nodes that could be real are not
 * @throws UserError when real ones are asked for and cannot be had
 */
export async function realNodesFor(
  options: Pick<Options, "images" | "nodes">,
  plan: LabPlan,
  report: (line: string) => void,
): Promise<RealNodesOptions | undefined> {
  const chosen = nodesFor(options, plan);
  const prepared = chosen.kind === "real" ? await realNodes(options, plan.config.backend, report) : chosen;
  if ("images" in prepared) return prepared;
  if (prepared.because) report(`Nodes are simulated. ${prepared.because}`);
  return undefined;
}

/**
 * What nodes are, as far as machine and plan decide it.
 *
 * @throws UserError when real ones are asked for and cannot be had
 */
export function nodesFor({ nodes }: Pick<Options, "nodes">, plan: Pick<LabPlan, "config" | "networking">): ChosenNodes {
  const because = noRealNetworking(plan);
  if (nodes === "simulated" || !because) return chooseNodes(nodes);
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
  const tools = await ensureTools(report, nodeTools, process.stderr);
  const images = await openImageStore({ archives, report });
  const runc = systemProgram("runc");
  if (!runc) throw new UserError("Real nodes need runc, and it is gone.");
  const options = { tools, runc, images };
  if (await new Upstream(images, { crane: tools.crane }).reaches(anyImage)) return options;
  const own = ofBackend[backend];
  const cannotMake = own || archives !== undefined ? undefined : notMade(backend);
  const wanted = [...ofEveryLab, ...(own ?? [])];
  const because = cannotMake ?? noDiskForImages(unmadeImages(images, wanted), diskForImages(images));
  if (because === undefined) {
    await ensureMadeImages(images, wanted, report);
    return options;
  }
  if (nodes === "auto") return { because };
  throw new UserError(
    `${because} Give them in a folder with --images, or leave --nodes out: then nodes are simulated.`,
  );
}

function notMade(backend: BackendName): string {
  return `No registry can be reached, and the images of the backend ${backend} cannot be made here.`;
}

function diskForImages(images: ImageStore): number {
  const go = findGo();
  return Math.min(freeDisk(images.folder), go ? freeDisk(go.cache) : Number.POSITIVE_INFINITY);
}

/** If its registry lets us have this one, others will. */
const anyImage = "registry.k8s.io/pause:3.10";
