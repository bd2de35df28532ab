import type { PartialBackendConfig } from "../../plan/backend-profile";
import type { ServiceExporter } from "../../plan/exports";
import { noMetadata } from "../../plan/objects";
import { clusterSetHost, serviceExport } from "../common/cluster-set";
import { protectPods } from "./protection";
import type { SubmarinerSettings } from "./settings";

/**
 * What Submariner exports, and how: Services with a ServiceExport of their name, under one name for the whole cluster set.
 * Lighthouse answers with the own cluster's instances while there are any, and else with one of the others'.
 */
export function submarinerExporter(config: PartialBackendConfig<SubmarinerSettings>): ServiceExporter {
  return {
    membership: { namespace: noMetadata, pods: noMetadata },
    affinities: ["local"],
    limits: "Lighthouse prefers the caller's own cluster, and nothing tells it otherwise",
    accessControl: config.own?.globalnet
      ? "NetworkPolicy, by labels within the cluster; none for what peers call: whoever comes to a global address arrives with the address of a gateway node"
      : "NetworkPolicy, by labels within the cluster and by addresses of the other clusters' pods",
    podSecurity: "restricted",
    protect: (admissions) => protectPods(admissions, config),
    exportService: (exported) => ({
      host: clusterSetHost(exported),
      labels: {},
      annotations: {},
      selectorless: [],
      objects: exported.from.map((cluster) => ({ cluster, manifest: serviceExport(exported) })),
      setup: "a `ServiceExport` of the same name",
    }),
  };
}
