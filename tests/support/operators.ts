import type { KubeObject } from "../../checks/kube/client";

/** Lets a controller look once. */
export async function once(controller: object): Promise<void> {
  await (controller as { reconcile(): Promise<void> }).reconcile();
}

export const deployment = (namespace: string, name: string): KubeObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { namespace, name },
  spec: {},
});

export const node: KubeObject = { apiVersion: "v1", kind: "Node", metadata: { name: "node1" } };
