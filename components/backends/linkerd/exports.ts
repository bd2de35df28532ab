import type { PartialBackendConfig } from "../../plan/backend-profile";
import type { ServiceExporter } from "../../plan/exports";
import type { Metadata } from "../../plan/objects";
import { exportLabel, type LinkerdMode, mirrorName, modeOf, routesPods } from "./modes";
import { protectPods } from "./protection";
import type { LinkerdSettings } from "./settings";

/**
 * Proxies leave an instance out for a while after seven failures in a row; connections that are not answered end after a
 * second anyway (chart linkerd-control-plane, proxy.outboundConnectTimeout). Mirrors get the exported Service's annotations.
 */
const failureAccrual = { "balancer.linkerd.io/failure-accrual": "consecutive" } as const;

const injected: Metadata = { labels: {}, annotations: { "linkerd.io/inject": "enabled" } };

/** What Linkerd exports, and how: Services with a label, mirrored into the peers under names of their own. */
export function linkerdExporter(config: PartialBackendConfig<LinkerdSettings>): ServiceExporter {
  const of = (service: string) => modeOf(service, config.own ?? {});
  const routed = routesPods(config);
  return {
    membership: { namespace: injected, pods: injected },
    // Proxies have them in their environment.
    rootsAtStart: true,
    // Federated Services call the peers' pods themselves.
    affinities: routed ? ["spread"] : [],
    limits: routed
      ? "its proxies choose by latency, wherever an instance is"
      : "federated Services need pods that reach each other (interconnect: peering)",
    accessControl: "Server and AuthorizationPolicy, by the accounts in the callers' certificates",
    // proxy-init redirects traffic, with capabilities that the other levels forbid.
    podSecurity: "privileged",
    protect: (admissions) => protectPods(admissions, of),
    exportService: (exported) => {
      const way: LinkerdMode = exported.global ? "federated" : of(exported.name);
      const labels = exportLabel(way);
      return {
        host: mirrorName(exported.name, exported.namespace, exported.from[0] ?? "", way),
        labels,
        annotations: failureAccrual,
        selectorless: [],
        objects: [],
        setup: Object.entries(labels)
          .map(([label, value]) => `label \`${label}: ${value}\``)
          .join(", "),
      };
    },
  };
}
