/** Who must reach whom, by the deployment model. */
import type { BackendConfig } from "../../plan/backend-profile";
import type { Flow } from "../../plan/flows";
import { standInPorts } from "../../plan/stand-in-ports";
import { gatewayFlow, readerFlow } from "../common/istio/multi-primary";
import { controlledFrom, hasGateways, isAmbient, type ModelConfig } from "./models";
import { discoveryBalancer, discoveryPort, hbonePort } from "./names";
import type { IstioSettings } from "./settings";

type FlowConfig = ModelConfig & Pick<BackendConfig<IstioSettings>, "own" | "workload">;

/** What `from` needs of `to`. */
export function istioFlows(from: string, to: string, config: FlowConfig): Flow[] {
  return [
    ...callFlows(from, to, config),
    ...(controlledFrom(from, config) === to ? [discoveryFlow(from, to)] : []),
    ...(controlledFrom(from, config) === from
      ? [readerFlow(from, to, "istiod watches the peer's Services and endpoints")]
      : []),
  ];
}

function callFlows(from: string, to: string, config: FlowConfig): Flow[] {
  if (!hasGateways(config)) return podFlows(from, to, config);
  const flow = gatewayFlow(from, to);
  if (!isAmbient(config)) return [flow];
  const why = "mutual TLS (HBONE) of ztunnels through the east-west gateway";
  return [{ ...flow, traffic: { protocol: "tcp", port: hbonePort }, why }];
}

/** Ports of pods, since what a sidecar sends keeps the port of the container that it is for. */
function podFlows(from: string, to: string, { own, workload }: FlowConfig): Flow[] {
  const exported = (workload?.exports ?? []).filter((each) => each.from.includes(to));
  const reasons = new Map<number, string[]>();
  const add = (port: number, reason: string) => reasons.set(port, [...(reasons.get(port) ?? []), reason]);
  for (const { targetPort, name } of exported) add(targetPort, name);
  if (own.ports === undefined) {
    for (const port of Object.values(standInPorts)) add(port, "stand-ins of checks");
  } else {
    for (const port of own.ports) add(port, "istio.ports");
  }
  return [...reasons].map(([port, names]) => ({
    from: { kind: "nodes", cluster: from },
    to: { kind: "nodes", cluster: to },
    traffic: { protocol: "tcp", port },
    why: `mutual TLS between sidecars, pod to pod (${[...new Set(names)].join(", ")})`,
  }));
}

function discoveryFlow(from: string, to: string): Flow {
  return {
    from: { kind: "nodes", cluster: from },
    to: { kind: "balancer", cluster: to, balancer: discoveryBalancer },
    traffic: { protocol: "tcp", port: discoveryPort },
    why: "the primary's istiod gives proxies configuration and certificates",
  };
}
