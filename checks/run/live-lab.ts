import type { OutputMap } from "@pulumi/pulumi/automation";
import type { LabDescription } from "../../components/lab/description";
import type { LiveLab } from "../common/check";
import { KubeClient } from "../kube/client";

/**
 * What the checks need, from the stack's outputs.
 *
 * @throws when the stack is not up
 */
export function liveLab({ lab, kubeconfigs }: OutputMap): LiveLab {
  if (!lab || !kubeconfigs) throw new Error("The stack is not up: it has no outputs. Run pulumi up first.");
  const description: LabDescription = JSON.parse(lab.value);
  const clusters = Object.entries(description.clusters).map(([name, cluster]) => ({
    ...cluster,
    name,
    kube: new KubeClient(kubeconfigs.value[name]),
  }));
  return { ...description, clusters };
}
