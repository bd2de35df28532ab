import { Controller } from "../aws/cluster/controller";
import { field, type Kube, type KubeObject } from "../aws/cluster/kube";

interface PodSpec {
  readonly nodeName?: string;
  readonly initContainers?: readonly { readonly command?: readonly string[] }[];
}

/**
 * Does what pods would do whose init container is `kubectl annotate node $(NODE_NAME) KEY=VALUE`: no container runs here,
 * and this is the one command that the lab gives to some.
 */
export class NodeAnnotations extends Controller {
  constructor(
    private readonly kube: Kube,
    private readonly labelSelector: string,
  ) {
    super({ kube, kinds: [["v1", "Pod"]] });
  }

  protected override async reconcile(): Promise<void> {
    for (const pod of await this.kube.list("v1", "Pod", { labelSelector: this.labelSelector }))
      await this.carryOut(pod);
  }

  private async carryOut(pod: KubeObject): Promise<void> {
    const { nodeName, initContainers = [] } = field<PodSpec>(pod, "spec");
    if (!nodeName) return;
    const commands = initContainers.map(({ command = [] }) => command);
    const given = commands.flatMap((command) =>
      command.slice(0, 4).join(" ") === "kubectl annotate node $(NODE_NAME)" ? command.slice(4) : [],
    );
    const wanted = Object.fromEntries(
      given.flatMap((argument) => (argument.startsWith("--") ? [] : [argument.split("=", 2) as [string, string]])),
    );
    const ref = { apiVersion: "v1", kind: "Node", name: nodeName };
    const { annotations = {} } = (await this.kube.get(ref))?.metadata ?? {};
    if (Object.entries(wanted).every(([key, value]) => annotations[key] === value)) return;
    await this.kube.mergePatch(ref, { metadata: { annotations: wanted } });
  }
}
