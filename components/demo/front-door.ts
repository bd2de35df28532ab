import type { Balancer, BalancerPlan, BalancerWay } from "../plan/balancer";
import { frontDoorName, frontend } from "./boutique";
import type { DemoPlan } from "./plan";

/** The load balancer through which people reach the demo; its pods are the frontend's. */
export const frontDoor = {
  name: frontDoorName,
  why: "people come in here",
  labels: {},
  selector: { app: frontend },
  ports: [{ name: "http", port: 80, targetPort: 8080, nodePort: 32080 }],
} satisfies Omit<Balancer, "namespace">;

/**
 * Where people come in to the demo: from where its administrators are. Undefined on a cluster without the frontend.
 */
export function frontDoorOf(
  { name, way }: { readonly name: string; readonly way: BalancerWay },
  demo: DemoPlan | undefined,
  adminCidrs: readonly string[],
): BalancerPlan | undefined {
  if (!demo?.instances.some(({ cluster, service }) => cluster === name && service.name === frontend)) return undefined;
  return {
    ...frontDoor,
    way,
    namespace: demo.namespace,
    exposure: "public",
    sources: adminCidrs.map((cidr) => ({ kind: "cidr", cidr })),
  };
}
