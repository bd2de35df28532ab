import type { ServiceExporter } from "../../plan/exports";
import { meshHost } from "../common/istio/exports";
import { protectMesh } from "../common/istio/protection";

/** On a Service, on every cluster that has one of the name: its instances everywhere are behind it (istio, profile ambient). */
const globalLabel = { "istio.io/global": "true" } as const;

/**
 * What Istio exports in ambient mode: Services with a label. ztunnel reads addresses, accounts and ports, and so no
 * DestinationRule: what one says would take a waypoint, and the lab has none. The access control asks for no more.
 */
export const ambientExporter: ServiceExporter = {
  membership: {
    namespace: { labels: { "istio.io/dataplane-mode": "ambient" }, annotations: {} },
    pods: { labels: {}, annotations: {} },
  },
  affinities: ["spread"],
  limits: "ztunnel reads no DestinationRule, which is where Istio says so",
  accessControl: "AuthorizationPolicy, by the accounts in the callers' certificates",
  podSecurity: "restricted",
  protect: (admissions) => protectMesh(admissions, { version: "v1", controlledFrom: (cluster) => cluster }),
  exportService: (exported) => ({
    host: meshHost(exported),
    labels: globalLabel,
    annotations: {},
    selectorless: exported.to,
    objects: [],
    setup: "the label `istio.io/global: true` on every cluster",
  }),
};
