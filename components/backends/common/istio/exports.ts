/** How meshes of Istio's kind export Services. */
import type { ConfigMistake } from "../../../base/config-mistakes";
import type { PartialBackendConfig } from "../../../plan/backend-profile";
import type { ExportedService, ServiceExporter } from "../../../plan/exports";
import type { Manifest } from "../../../plan/objects";
import { everyHost } from "./names";
import { protectMesh } from "./protection";

/** Services of one name and namespace are one service in the whole mesh. */
export function meshHost({ name, namespace }: Pick<ExportedService, "name" | "namespace">): string {
  return `${name}.${namespace}.svc.cluster.local`;
}

/** In what releases of Istio differ here. */
interface IstioRelease {
  /** Version of its APIs, e.g. `v1`. */
  readonly version: string;
  /** The cluster by whose objects the proxies of a cluster go. Default: their own. */
  readonly controlledFrom?: (cluster: string) => string;
  /** What the instances of the caller's own cluster have in common with it. Default: they are on its network. */
  readonly nearby?: string;
  readonly membership: ServiceExporter["membership"];
  /** As exporters say it. */
  readonly rootsAtStart: boolean;
}

/** What Istio exports, and how: every Service that the gateways expose, under its ordinary name. */
export function exporterOf(release: IstioRelease): ServiceExporter {
  const { version, membership, rootsAtStart, controlledFrom = (cluster) => cluster } = release;
  return {
    membership,
    rootsAtStart,
    affinities: ["spread", "local"],
    accessControl: "AuthorizationPolicy, by the accounts in the callers' certificates",
    exportService: (exported) => ({
      host: meshHost(exported),
      labels: {},
      annotations: {},
      // Sidecars answer for names of Services that are elsewhere, while their istiod knows the peer: one that starts anew
      // while the peer's API server is away does not. With a Service of its own a cluster's DNS knows the name anyway.
      selectorless: exported.to,
      objects: unique([...exported.from, ...exported.to].map(controlledFrom)).map((cluster) => ({
        cluster,
        manifest: callRule(exported, release),
      })),
      setup: exported.global
        ? "the same Service on every cluster"
        : "the same Service without a selector where it is called",
    }),
    // The sidecar's init container redirects traffic, with capabilities that the other levels forbid.
    podSecurity: "privileged",
    protect: (admissions) => protectMesh(admissions, { version, controlledFrom }),
  };
}

const unique = (names: readonly string[]) => [...new Set(names)];

/**
 * How callers treat the instances. One that does not answer costs them two seconds (one lost packet is sent again after
 * one), not Istio's ten, and is left out after five failures, however many others are: of a gateway there are as many
 * addresses as its load balancer has. With `local` calls stay on their cluster while it has instances; Istio fails over only
 * where it sees instances fail. With `spread` that has to be switched off: Istio keeps calls in their region by itself
 * wherever it sees instances fail (Istio docs, locality load balancing).
 */
function callRule(
  exported: ExportedService,
  { version, nearby = "topology.istio.io/network" }: IstioRelease,
): Manifest {
  const local = exported.global && exported.affinity === "local";
  return {
    apiVersion: `networking.istio.io/${version}`,
    kind: "DestinationRule",
    metadata: { name: exported.name, namespace: exported.namespace },
    spec: {
      host: meshHost(exported),
      trafficPolicy: {
        connectionPool: { tcp: { connectTimeout: "2s" } },
        loadBalancer: {
          localityLbSetting: local ? { enabled: true, failoverPriority: [nearby] } : { enabled: false },
        },
        outlierDetection: {
          consecutive5xxErrors: 5,
          interval: "10s",
          baseEjectionTime: "30s",
          maxEjectionPercent: 100,
        },
      },
    },
  };
}

interface ExposingSettings {
  readonly exposedHosts: readonly string[];
}

/**
 * The gateways must let through what the workload exports.
 *
 * @param key of the setting that says what they expose
 */
export function hiddenExports(key: string, config: PartialBackendConfig<ExposingSettings>): ConfigMistake[] {
  const { own, workload, clusters = [] } = config;
  if (!own || !workload || clusters.length < 2 || own.exposedHosts.includes(everyHost)) return [];
  const hidden = workload.exports.map(meshHost).filter((host) => !own.exposedHosts.includes(host));
  if (hidden.length === 0) return [];
  return [
    {
      key,
      given: own.exposedHosts.join(", "),
      problem: `the gateways hide what the demo exports: ${hidden.join(", ")}`,
      fix: `Add them, use "${everyHost}", or set demo.enabled to false.`,
    },
  ];
}
