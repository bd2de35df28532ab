/** How meshes of Istio's kind export Services. */
import type { ConfigMistake } from "../../../base/config-mistakes";
import type { PartialBackendConfig } from "../../../plan/backend-profile";
import type { ExportedService, Manifest, ServiceExporter } from "../../../plan/exports";
import { everyHost } from "./names";

/** Services of one name and namespace are one service in the whole mesh. */
function meshHost({ name, namespace }: Pick<ExportedService, "name" | "namespace">): string {
  return `${name}.${namespace}.svc.cluster.local`;
}

/** In what releases of Istio differ here. */
interface IstioRelease {
  /** Version of its APIs, e.g. `v1`. */
  readonly version: string;
  readonly membership: ServiceExporter["membership"];
}

/** What Istio exports, and how: every Service that the gateways expose, under its ordinary name. */
export function exporterOf({ version, membership }: IstioRelease): ServiceExporter {
  return {
    membership,
    affinities: ["spread", "local"],
    accessControl: "AuthorizationPolicy, by the accounts in the callers' certificates",
    exportService: (exported) => ({
      host: meshHost(exported),
      labels: {},
      annotations: {},
      selectorless: [],
      objects: [
        ...(exported.clients
          ? exported.from.map((cluster) => ({ cluster, manifest: onlyFor(exported, exported.clients ?? [], version) }))
          : []),
        ...(exported.global && exported.affinity === "local"
          ? exported.from.map((cluster) => ({ cluster, manifest: localFirst(exported, version) }))
          : []),
      ],
      setup: exported.global
        ? "the same Service on every cluster"
        : "none: sidecars answer for names of Services that are elsewhere",
    }),
  };
}

/** Only these accounts, as their certificates say it; on both sides of the gateway, which passes certificates on. */
function onlyFor(
  { name, namespace, targetPort }: ExportedService,
  clients: readonly string[],
  version: string,
): Manifest {
  return {
    apiVersion: `security.istio.io/${version}`,
    kind: "AuthorizationPolicy",
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: { app: name } },
      action: "ALLOW",
      rules: [
        {
          from: [{ source: { principals: clients.map((account) => `cluster.local/ns/${namespace}/sa/${account}`) } }],
          to: [{ operation: { ports: [String(targetPort)] } }],
        },
      ],
    },
  };
}

/** Calls stay on their network while it has instances; Istio fails over only where it sees instances fail. */
function localFirst(exported: ExportedService, version: string): Manifest {
  return {
    apiVersion: `networking.istio.io/${version}`,
    kind: "DestinationRule",
    metadata: { name: exported.name, namespace: exported.namespace },
    spec: {
      host: meshHost(exported),
      trafficPolicy: {
        loadBalancer: { localityLbSetting: { enabled: true, failoverPriority: ["topology.istio.io/network"] } },
        outlierDetection: { consecutive5xxErrors: 5, interval: "10s", baseEjectionTime: "30s" },
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
