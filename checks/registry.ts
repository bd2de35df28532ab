import type { BackendName } from "../components/backends/names";
import { calistiChecks } from "./calisti/checks";
import type { Check } from "./check";
import { mtuAsPlanned } from "./common/mtu";
import { istioChecks } from "./istio/checks";
import { loadBalancerChecks } from "./loadbalancer/checks";

const ofBackend: Readonly<Record<BackendName, readonly Check[]>> = {
  istio: istioChecks,
  calisti: calistiChecks,
  loadbalancer: loadBalancerChecks,
};

/** What holds for every backend, and the backend's own. */
export function backendChecks(backend: string): readonly Check[] {
  const own = (ofBackend as Readonly<Record<string, readonly Check[]>>)[backend];
  if (!own) throw new Error(`there are no checks for the backend ${backend}`);
  return [mtuAsPlanned, ...own];
}
