/** How a request gets from one cluster to another: which of the plan's flows carries it. */
import { gatewayName } from "../../../components/backends/common/istio/names";
import type { BackendName } from "../../../components/backends/profiles";
import type { LabPlan } from "../../../components/lab/plan";
import type { ExportedService } from "../../../components/plan/exports";
import { type Flow, trafficText } from "../../../components/plan/flows";

type Carries = (flow: Flow, exported: ExportedService, owner: string) => boolean;

const toBalancer: Carries = ({ to }) => to.kind === "balancer";
const toNodes: Carries = ({ to }) => to.kind === "nodes";

/** The other flows are those by which clusters hear of each other. */
const carriers: Readonly<Record<BackendName, readonly Carries[]>> = {
  istio: [(flow) => flow.to.kind === "balancer" && flow.to.balancer === gatewayName, toNodes],
  calisti: [toBalancer],
  // What is federated goes pod to pod, and the rest too where there is no gateway.
  linkerd: [(flow, exported, owner) => (exported.global ? toNodes : toBalancer)(flow, exported, owner), toNodes],
  cilium: [toNodes],
  submariner: [({ traffic }) => traffic.protocol === "esp"],
  loadbalancer: [({ to }, { name }, owner) => to.kind === "balancer" && to.balancer === `${name}-${owner}`],
};

/** The flow by which calls from `caller` reach the instance of a shared Service on `owner`. */
export function crossing(exported: ExportedService, caller: string, owner: string, { config, flows }: LabPlan): Flow {
  const between = flows.filter(({ from, to }) => from.cluster === caller && to.cluster === owner);
  for (const carries of carriers[config.backend]) {
    const found = between.find((flow) => carries(flow, exported, owner));
    if (found) return found;
  }
  throw new Error(`no flow of ${config.backend} carries ${exported.name} from ${caller} to ${owner}`);
}

/** Where a crossing arrives and as what: `istio-eastwestgateway, tcp 15443: mutual TLS between sidecars`. */
export function crossingText({ to, traffic, why }: Flow): string {
  return `${to.kind === "balancer" ? `\`${to.balancer}\`` : "nodes"}, ${trafficText(traffic)}: ${why}`;
}
