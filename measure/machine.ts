import { cpus, hostname, release, type } from "node:os";
import type { LiveLab } from "../checks/common/check";
import { simulatedNodes } from "../checks/common/real-pods";
import type { Machine } from "./measurement";

/** The machine on which this runs. */
export function thisMachine(): Machine {
  const processors = cpus();
  return {
    name: hostname(),
    processor: processors[0]?.model.trim() ?? "unknown",
    processors: processors.length,
    kernel: `${type()} ${release()}`,
  };
}

interface NodeStatus {
  readonly capacity?: { readonly cpu?: string };
  readonly nodeInfo?: {
    readonly kernelVersion?: string;
    readonly kubeletVersion?: string;
    readonly architecture?: string;
  };
}

/** What the nodes of a lab say of themselves. */
export interface LabNodes {
  readonly machine: Machine;
  /** Of the kubelets, e.g. `v1.35.2`. */
  readonly kubernetes: string;
}

/**
 * The nodes of a lab that is up, as the machines on which it is measured.
 *
 * @param name of the lab
 */
export async function nodesOf({ clusters }: Pick<LiveLab, "clusters">, name: string): Promise<LabNodes> {
  const found = await Promise.all(
    clusters.map(async ({ kube }) => {
      const [nodes, simulated] = await Promise.all([kube.list("v1", "Node"), simulatedNodes(kube)]);
      return nodes.filter(({ metadata }) => !simulated.has(metadata.name));
    }),
  );
  const nodes = found.flat().map(({ metadata, status }) => {
    const { capacity, nodeInfo } = (status ?? {}) as NodeStatus;
    return {
      type: metadata.labels?.["node.kubernetes.io/instance-type"] ?? nodeInfo?.architecture ?? "unknown",
      processors: Number(capacity?.cpu ?? 0),
      kernel: nodeInfo?.kernelVersion ?? "unknown",
      kubelet: nodeInfo?.kubeletVersion ?? "unknown",
    };
  });
  const each = (of: (node: (typeof nodes)[number]) => string) => [...new Set(nodes.map(of))].sort().join(", ");
  return {
    machine: {
      name: `the lab ${name}`,
      processor: `${nodes.length} nodes, ${each(({ type }) => type)}`,
      processors: nodes.reduce((sum, { processors }) => sum + processors, 0),
      kernel: each(({ kernel }) => kernel),
      ofNodes: true,
    },
    kubernetes: each(({ kubelet }) => kubelet),
  };
}
