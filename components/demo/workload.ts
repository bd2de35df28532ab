/** What the demo wants of a backend: which of its Services cross clusters. */
import type { ExportedService } from "../plan/exports";
import type { Workload } from "../plan/workload";
import { boutique, frontDoorName, frontend } from "./boutique";
import { type Abilities, callersOf, type DemoConfig, placesOf } from "./placement";

/** Namespace of the demo, on every cluster. */
export const demoNamespace = "boutique";

/** Undefined when the demo is off. */
export function workloadOf(config: DemoConfig, abilities: Abilities): Workload | undefined {
  if (!config.demo.enabled) return undefined;
  return {
    namespace: demoNamespace,
    services: [...boutique.flatMap(({ name, port }) => (port === undefined ? [] : [name])), frontDoorName],
    exports: exportedServices(config, abilities),
    website: { name: frontend, port: websitePort, clusters: placesOf(frontend, config, abilities) },
  };
}

/** The Services that cross clusters, also when the demo is off. */
export function exportedServices(config: DemoConfig, abilities: Abilities): ExportedService[] {
  return boutique.flatMap((service, ordinal) => {
    const { name, port, targetPort, protocol } = service;
    if (port === undefined) return [];
    const from = placesOf(name, config, abilities);
    const to = callersOf(name, config, abilities).filter((cluster) => !from.includes(cluster));
    const global = from.length > 1;
    if (to.length === 0 && !global) return [];
    return [
      {
        name,
        namespace: demoNamespace,
        ordinal,
        port,
        targetPort: targetPort ?? port,
        // Meshes take the protocol from the beginning of a port's name.
        portName: protocol,
        from,
        to,
        global,
        affinity: config.demo.affinity ?? abilities.affinities[0] ?? "spread",
      },
    ];
  });
}

const websitePort = boutique.find(({ name }) => name === frontend)?.port ?? 80;
