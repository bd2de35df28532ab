/** The demo as plain data: what runs where, which address each service is given, and what is shared. */
import type { LabConfig } from "../config/schema";
import type { ExportedService, ServiceExporter, ServiceExportPlan } from "../plan/exports";
import { type BoutiqueService, boutique, globalService, inFront, redisCart } from "./boutique";

/** What of a configuration says where the demo runs. */
export type DemoConfig = Pick<LabConfig, "clusters" | "demo">;

export const demoNamespace = "boutique";

export const useCases = ["global-load-balancing", "service-to-service"] as const;
export type UseCase = (typeof useCases)[number];

/** A service on a cluster. */
export interface ServiceInstance {
  readonly cluster: string;
  readonly service: BoutiqueService;
  /** Host and port by environment variable. */
  readonly addresses: Readonly<Record<string, string>>;
}

/** A copy of the carts' Redis. */
export interface Replica {
  readonly cluster: string;
  /** Under which it finds the primary. */
  readonly primaryHost: string;
}

export interface PlannedExport extends ExportedService {
  readonly plan: ServiceExportPlan;
}

export interface DemoPlan {
  readonly namespace: string;
  readonly membership: ServiceExporter["membership"];
  readonly instances: readonly ServiceInstance[];
  readonly replicas: readonly Replica[];
  readonly exports: readonly PlannedExport[];
}

/** Name of the Deployment and account of Redis' copies. */
export const replicaName = `${redisCart}-replica`;

/** What of a backend decides which Services are shared. */
type Abilities = Pick<ServiceExporter, "affinities">;

/** Undefined when the demo is off. */
export function planDemo(config: LabConfig, sharing: ServiceExporter): DemoPlan | undefined {
  if (!config.demo.enabled) return undefined;
  const shares = exportedServices(config, sharing).map((share) => ({ ...share, shared: sharing.exportService(share) }));
  const host = (service: string, caller: string): string => {
    const share = shares.find(({ name }) => name === service);
    const here = placesOf(service, config, sharing).includes(caller);
    return share && (share.global || !here) ? share.shared.host : `${service}.${demoNamespace}.svc.cluster.local`;
  };
  const port = (service: string) => boutique.find(({ name }) => name === service)?.port;
  return {
    namespace: demoNamespace,
    membership: sharing.membership,
    instances: boutique.flatMap((service) =>
      placesOf(service.name, config, sharing).map((cluster) => ({
        cluster,
        service,
        addresses: Object.fromEntries(
          Object.entries(callsOf(service)).map(([variable, called]) => [
            variable,
            `${host(called, cluster)}:${port(called)}`,
          ]),
        ),
      })),
    ),
    replicas: replicaClusters(config, sharing).map((cluster) => ({ cluster, primaryHost: host(redisCart, cluster) })),
    exports,
  };
}

/** The Services that cross clusters; pure, so that a backend's load balancers and flows can follow from it. */
export function exportedServices(config: DemoConfig, abilities: Abilities): ExportedService[] {
  if (!config.demo.enabled) return [];
  return boutique.flatMap((service) => {
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
        port,
        targetPort: targetPort ?? port,
        // Meshes take the protocol from the beginning of a port's name.
        portName: protocol,
        from,
        to,
        global,
        affinity: config.demo.affinity ?? abilities.affinities[0] ?? "spread",
        clients: name === redisCart && config.demo.accessControl ? ["cartservice", replicaName] : undefined,
      },
    ];
  });
}

/** Clusters on which a service runs. */
export function placesOf(service: string, config: DemoConfig, abilities: Abilities): string[] {
  const names = config.clusters.map(({ name }) => name);
  if (service === globalService && wants("global-load-balancing", config, abilities)) return names;
  const placed = config.demo.placement[service];
  if (placed) return [placed];
  const [first = "", second = first] = names;
  return [inFront(service) ? first : second];
}

/** Whether a use case is played: those that are named, or all that the backend can. */
export function wants(useCase: UseCase, config: Pick<DemoConfig, "demo">, { affinities }: Abilities): boolean {
  const { useCases: named } = config.demo;
  if (named) return named.includes(useCase);
  return useCase !== "global-load-balancing" || affinities.length > 0;
}

/** cartservice finds its Redis by a variable of its own kind. */
function callsOf(service: BoutiqueService): Readonly<Record<string, string>> {
  return service.name === "cartservice" ? { ...service.calls, REDIS_ADDR: redisCart } : service.calls;
}

/** Clusters from which a service is called, in the order of the configuration. */
export function callersOf(called: string, config: DemoConfig, abilities: Abilities): string[] {
  const callers = boutique
    .filter((service) => Object.values(callsOf(service)).includes(called))
    .flatMap(({ name }) => placesOf(name, config, abilities));
  const copies = called === redisCart ? replicaClusters(config, abilities) : [];
  return config.clusters.map(({ name }) => name).filter((name) => [...callers, ...copies].includes(name));
}

/** Every cluster but the primary's keeps a copy. */
function replicaClusters(config: DemoConfig, abilities: Abilities): string[] {
  if (!wants("service-to-service", config, abilities)) return [];
  const [primary] = placesOf(redisCart, config, abilities);
  return config.clusters.map(({ name }) => name).filter((name) => name !== primary);
}
