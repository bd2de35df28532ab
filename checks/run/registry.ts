import type { BackendName } from "../../components/backends/profiles";
import { calistiChecks } from "../calisti/checks";
import { ciliumChecks } from "../cilium/checks";
import type { Check } from "../common/check";
import { istioChecks } from "../istio/checks";
import { linkerdChecks } from "../linkerd/checks";
import { loadBalancerChecks } from "../loadbalancer/checks";
import { submarinerChecks } from "../submariner/checks";

const ofBackend: Readonly<Record<BackendName, readonly Check[]>> = {
  istio: istioChecks,
  linkerd: linkerdChecks,
  submariner: submarinerChecks,
  calisti: calistiChecks,
  loadbalancer: loadBalancerChecks,
  cilium: ciliumChecks,
};

/** The checks of a backend. */
export function backendChecks(backend: string): readonly Check[] {
  const own = (ofBackend as Readonly<Record<string, readonly Check[]>>)[backend];
  if (!own) throw new Error(`there are no checks for the backend ${backend}`);
  return own;
}
