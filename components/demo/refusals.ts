/** What the demo cannot show of what a configuration asks for. */
import type { ConfigMistake } from "../base/config-mistakes";
import type { ServiceExporter } from "../plan/exports";
import { globalService } from "./boutique";
import { wants } from "./placement";
import type { DemoSettings } from "./settings";

/** What is valid so far. */
interface PartialDemoConfig {
  /** Names of the clusters, when all of them are known. */
  readonly clusters?: readonly string[] | undefined;
  readonly demo?: DemoSettings | undefined;
}

/** What the backend can, as far as the demo depends on it. */
type DemoBackend = Pick<ServiceExporter, "affinities" | "limits"> & {
  /** The name people know it by. */
  readonly title: string;
};

/**
 * What is wrong with the demo's settings.
 *
 * @param backend undefined where it is not known which one it is
 */
export function demoChecks(config: PartialDemoConfig, backend: DemoBackend | undefined): ConfigMistake[] {
  const { demo, clusters } = config;
  if (!demo) return [];
  const placed = clusters ? [...unknownClusters(demo, clusters), ...unsaidHalves(demo, clusters)] : [];
  if (!demo.enabled || !backend) return placed;
  return [
    ...placed,
    ...useCases(demo, backend),
    ...affinity(demo, backend),
    ...(clusters ? placedGlobally(demo, clusters, backend) : []),
  ];
}

function unknownClusters({ placement, front, back }: DemoSettings, known: readonly string[]): ConfigMistake[] {
  const named = Object.entries(placement).map(([service, cluster]) => [`placement.${service}`, cluster] as const);
  return [["front", front] as const, ["back", back] as const, ...named]
    .filter(([, cluster]) => cluster !== undefined && !known.includes(cluster))
    .map(([key, cluster]) => ({
      key: `demo.${key}`,
      given: JSON.stringify(cluster),
      problem: "there is no such cluster",
      fix: `Clusters here: ${known.join(", ")}.`,
    }));
}

/** By any rule of its own the demo would move when a cluster comes whose name the rule prefers. */
function unsaidHalves({ enabled, front, back }: DemoSettings, known: readonly string[]): ConfigMistake[] {
  if (!enabled || known.length <= 2) return [];
  const halves = [["front", front] as const, ["back", back] as const];
  return halves
    .filter(([, cluster]) => cluster === undefined)
    .map(([half]) => ({
      key: `demo.${half}`,
      problem: "is missing: of more than two clusters the program chooses none, so that another cluster moves nothing",
      fix: `Name the cluster with this half: pulumi config set --path demo.${half} NAME. Clusters here: ${known.join(", ")}.`,
    }));
}

/** What the demo is to show must be something that the backend can do. */
function useCases(demo: DemoSettings, backend: DemoBackend): ConfigMistake[] {
  const wanted = demo.useCases?.indexOf("global-load-balancing") ?? -1;
  if (wanted < 0 || backend.affinities.length > 0) return [];
  return [
    {
      key: `demo.useCases[${wanted}]`,
      given: "global-load-balancing",
      problem: noGlobalServices(backend),
      fix: "Leave it out, or choose another backend.",
    },
  ];
}

function affinity({ affinity: given }: DemoSettings, backend: DemoBackend): ConfigMistake[] {
  const { title, affinities, limits } = backend;
  if (given === undefined || affinities.includes(given)) return [];
  const none = affinities.length === 0;
  return [
    {
      key: "demo.affinity",
      given,
      problem: none ? noGlobalServices(backend) : `${title} cannot do it: ${limits}`,
      fix: none ? "Leave it out." : `Allowed with this backend: ${affinities.join(", ")}.`,
    },
  ];
}

const noGlobalServices = ({ title, limits }: DemoBackend) =>
  `${title} has no service with instances on several clusters: ${limits}`;

/** Nothing that is said of the demo is passed over. */
function placedGlobally(demo: DemoSettings, clusters: readonly string[], backend: DemoBackend): ConfigMistake[] {
  const place = demo.placement[globalService];
  if (place === undefined || clusters.length < 2 || !wants("global-load-balancing", demo, backend)) return [];
  return [
    {
      key: `demo.placement.${globalService}`,
      given: JSON.stringify(place),
      problem: "for global load balancing it runs on every cluster",
      fix: "Leave it out, or set demo.useCases to [service-to-service].",
    },
  ];
}
