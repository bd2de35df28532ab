/** What runs where, and who calls whom from where: pure functions of the configuration. */
import type { CommonConfig } from "../config/common";
import type { ServiceExporter } from "../plan/exports";
import { boutique, globalService, inFront, redisCart } from "./boutique";
import type { DemoSettings, UseCase } from "./settings";

/** What of a configuration says where the demo runs. */
export interface DemoConfig {
  /** Two of them have a half each. */
  readonly clusters: CommonConfig["clusters"];
  /** The demo's own settings: `front` and `back` name the halves' clusters, `placement` moves services, `useCases` add some. */
  readonly demo: DemoSettings;
}

/** What of a backend decides which Services are exported. */
export type Abilities = Pick<ServiceExporter, "affinities">;

/** Clusters on which a service runs. */
export function placesOf(service: string, config: DemoConfig, abilities: Abilities): string[] {
  const names = config.clusters.map(({ name }) => name);
  if (service === globalService && wants("global-load-balancing", config.demo, abilities)) return names;
  const { front, back } = halvesOf(config);
  return [config.demo.placement[service] ?? (inFront(service) ? front : back)];
}

/** The clusters of the two halves. Of two clusters the first by name has the front; of more it is said which. */
function halvesOf({ clusters, demo }: DemoConfig): { readonly front: string; readonly back: string } {
  const names = clusters.map(({ name }) => name).toSorted();
  const front = demo.front ?? names.find((name) => name !== demo.back) ?? "";
  return { front, back: demo.back ?? names.find((name) => name !== front) ?? front };
}

/** Whether a use case is played: those that are named, or all that the backend can. */
export function wants(useCase: UseCase, { useCases: named }: DemoSettings, { affinities }: Abilities): boolean {
  if (named) return named.includes(useCase);
  return useCase !== "global-load-balancing" || affinities.length > 0;
}

/** Clusters from which a service is called. */
export function callersOf(called: string, config: DemoConfig, abilities: Abilities): string[] {
  const callers = boutique
    .filter(({ calls }) => Object.values(calls).includes(called))
    .flatMap(({ name }) => placesOf(name, config, abilities));
  const copies = called === redisCart ? replicaClusters(config, abilities) : [];
  return config.clusters.map(({ name }) => name).filter((name) => [...callers, ...copies].includes(name));
}

/** Every cluster but the primary's keeps a copy. */
export function replicaClusters(config: DemoConfig, abilities: Abilities): string[] {
  if (!wants("service-to-service", config.demo, abilities)) return [];
  const [primary] = placesOf(redisCart, config, abilities);
  return config.clusters.map(({ name }) => name).filter((name) => name !== primary);
}
