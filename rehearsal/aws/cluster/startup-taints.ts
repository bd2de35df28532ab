import { Controller } from "./controller";
import { field, type Kube, type KubeObject } from "./kube";
import type { Taint } from "./nodes";

const ciliumTaint = "node.cilium.io/agent-not-ready";

/** Does what Cilium does on a node when its agent is up: takes off the taint that kept other pods away. */
export class StartupTaints extends Controller {
  constructor(private readonly kube: Kube) {
    super({
      kube,
      kinds: [
        ["v1", "Node"],
        ["v1", "Pod"],
      ],
    });
  }

  protected override async reconcile(): Promise<void> {
    const nodes = await this.kube.list("v1", "Node");
    const tainted = nodes.filter((node) => taintsOf(node).some(({ key }) => key === ciliumTaint));
    if (tainted.length === 0) return;
    const agents = await this.kube.list("v1", "Pod", { labelSelector: "k8s-app=cilium" });
    const running = agents.filter((agent) => field<{ phase: string }>(agent, "status").phase === "Running");
    const up = new Set(running.map((agent) => field<{ nodeName: string }>(agent, "spec").nodeName));
    for (const { metadata, ...node } of tainted.filter(({ metadata: { name } }) => up.has(name))) {
      const taints = taintsOf({ metadata, ...node }).filter(({ key }) => key !== ciliumTaint);
      const { name, resourceVersion } = metadata;
      await this.kube.mergePatch(
        { apiVersion: "v1", kind: "Node", name },
        { metadata: { resourceVersion }, spec: { taints } },
      );
    }
  }
}

function taintsOf(node: KubeObject): Taint[] {
  return field<{ taints: Taint[] }>(node, "spec").taints ?? [];
}
