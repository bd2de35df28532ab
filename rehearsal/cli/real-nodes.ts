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

/** Images of a backend that can be made here. */
const ofBackend: Readonly<Partial<Record<BackendName, readonly MadeImage[]>>> = {
  istio: ["istio-pilot", "istio-proxy"],
};

/**
 * What nodes are.
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
 */
export async function realNodes(
  { images: archives }: Pick<Options, "images">,
  backend: BackendName,
  report: (line: string) => void,
): Promise<RealNodesOptions> {
  const tools = await ensureTools(report, nodeTools);
  const images = await openImageStore({ archives, report });
  const registries = new Upstream(images, { crane: tools.crane });
  if (!(await registries.reaches("registry.k8s.io/pause:3.10"))) {
    await ensureMadeImages(images, [...ofEveryLab, ...(ofBackend[backend] ?? [])], report);
  }
  const runc = systemProgram("runc");
  if (!runc) throw new UserError("Real nodes need runc, and it is gone.");
  return { tools, runc, images };
}
