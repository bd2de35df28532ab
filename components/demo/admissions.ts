import type { Admission, Caller } from "../plan/protection";
import { boutique, frontend, redisCart } from "./boutique";
import { type Abilities, type DemoConfig, placesOf, replicaClusters } from "./placement";
import { demoNamespace } from "./workload";

/** Who calls whom in the demo: every service with a port, on each of its clusters. */
export function admissionsOf(config: DemoConfig, abilities: Abilities): Admission[] {
  return boutique.flatMap(({ name, port, targetPort = port, protocol }) => {
    if (targetPort === undefined || protocol === "none") return [];
    const callers = callersOf(name, config, abilities);
    return placesOf(name, config, abilities).map((cluster) => ({
      name,
      namespace: demoNamespace,
      cluster,
      port: targetPort,
      protocol,
      callers,
      people: name === frontend,
    }));
  });
}

function callersOf(called: string, config: DemoConfig, abilities: Abilities): Caller[] {
  const copies = called === redisCart ? replicaClusters(config, abilities) : [];
  return [
    ...boutique
      .filter(({ calls }) => Object.values(calls).includes(called))
      .map(({ name }) => ({ account: name, clusters: placesOf(name, config, abilities) })),
    ...(copies.length > 0 ? [{ account: redisCart, clusters: copies }] : []),
  ];
}
