import { noRequests, type PodDemand } from "../../plan/pods";
import { hasGateway, type LinkerdConfig, mirroredBy } from "./modes";
import { gatewayName } from "./names";

/** Of the control plane's chart. */
const control = ["linkerd-identity", "linkerd-destination", "linkerd-proxy-injector"];
/** Of the chart linkerd-viz. */
const viz = ["metrics-api", "prometheus", "tap", "tap-injector", "web"];

/** Pods on `cluster`. Their charts request nothing for them, nor for proxies (linkerd2, values.yaml of the three charts). */
export function linkerdPods(cluster: string, config: LinkerdConfig): PodDemand[] {
  const names = [
    ...control,
    ...(hasGateway(cluster, config) ? [gatewayName] : []),
    "linkerd-local-service-mirror",
    ...mirroredBy(cluster, config).map((peer) => `controller-${peer}`),
    ...(config.own.viz ? viz : []),
  ];
  return names.map((name) => ({ name, count: 1, requests: noRequests }));
}
