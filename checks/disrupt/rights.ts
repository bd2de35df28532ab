/** What disruptions need to be allowed. */

import type { Access } from "../common/access";
import { lackedBy } from "../common/reader";
import type { Disrupting } from "./question";

/** What the user may not do and would have to, in words, by cluster; nothing where all is allowed. */
export async function rightsLacking({ lab, changer, wayIn }: Disrupting): Promise<string[]> {
  const found = await Promise.all(
    lab.clusters.map(async (cluster) => {
      const { gateway, balancer } = await wayIn(cluster);
      const needed: Access[] = [
        ...(typeof gateway === "string"
          ? []
          : [{ verb: "delete", resource: "pods", group: "", namespace: gateway.workload.namespace }]),
        ...(balancer === true ? [{ verb: "patch", resource: "nodes", group: "" }] : []),
        ...(lab.probes
          ? [{ verb: "patch", resource: "deployments", group: "apps", namespace: lab.probes.namespace }]
          : []),
      ];
      return (await lackedBy(changer(cluster.name), needed)).map((lack) => `${cluster.name}: ${lack}`);
    }),
  );
  return found.flat();
}
