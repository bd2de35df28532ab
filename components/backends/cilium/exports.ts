import type { ExportedService, ServiceExporter, ServiceExportPlan } from "../../plan/exports";
import { noMetadata } from "../../plan/objects";
import { clusterSetHost, serviceExport } from "../common/cluster-set";
import { protectPods } from "./protection";
import type { CiliumSettings } from "./settings";

/** Makes Services of one name and namespace one service in the whole mesh (Cilium docs, network/clustermesh/services). */
const globalAnnotation = "service.cilium.io/global";
/** Which instances of a global service are called while there are any. */
const affinityAnnotation = "service.cilium.io/affinity";

/** What Cilium exports, and how: Services with an annotation, or with a ServiceExport, as `cilium.sharing` says. */
export function ciliumExporter({ sharing }: Pick<CiliumSettings, "sharing">): ServiceExporter {
  return {
    membership: { namespace: noMetadata, pods: noMetadata },
    affinities: ["spread", "local"],
    accessControl: "CiliumNetworkPolicy, by the accounts and clusters of the callers' identities",
    podSecurity: "restricted",
    protect: protectPods,
    exportService: sharing === "mcs" ? asServiceExport : asGlobalService,
  };
}

/** A Service with an annotation, which every caller's cluster must have too, pods or none. */
function asGlobalService(exported: ExportedService): ServiceExportPlan {
  return {
    host: `${exported.name}.${exported.namespace}.svc.cluster.local`,
    labels: {},
    annotations: { [globalAnnotation]: "true", ...affinityOf(exported) },
    selectorless: exported.to,
    objects: [],
    setup: `annotation \`${globalAnnotation}: "true"\`${
      exported.global ? "" : ", and the same Service without a selector where it is called"
    }`,
  };
}

/**
 * A Service with a ServiceExport. Of the exports Cilium makes a global Service of its own on every cluster, under another
 * name; on that one the affinity is an annotation too, and the ServiceExport carries it there (cilium
 * pkg/clustermesh/mcsapi, service_controller.go).
 */
function asServiceExport(exported: ExportedService): ServiceExportPlan {
  const manifest = serviceExport(exported, affinityOf(exported));
  return {
    host: clusterSetHost(exported),
    labels: {},
    annotations: {},
    selectorless: [],
    objects: exported.from.map((cluster) => ({ cluster, manifest })),
    setup: "a `ServiceExport` of the same name",
  };
}

function affinityOf({ global, affinity }: ExportedService): Readonly<Record<string, string>> {
  return global && affinity === "local" ? { [affinityAnnotation]: "local" } : {};
}
