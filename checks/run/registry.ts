import type { BackendName } from "../../components/backends/profiles";
import { calistiChecks } from "../calisti/checks";
import { calistiWayIn } from "../calisti/way-in";
import { ciliumChecks } from "../cilium/checks";
import { ciliumWayIn } from "../cilium/way-in";
import type { Check } from "../common/check";
import type { WayInOf } from "../common/way-in";
import { istioChecks } from "../istio/checks";
import { istioWayIn } from "../istio/way-in";
import { linkerdChecks } from "../linkerd/checks";
import { linkerdWayIn } from "../linkerd/way-in";
import { loadBalancerChecks } from "../loadbalancer/checks";
import { loadBalancerWayIn } from "../loadbalancer/way-in";
import { submarinerChecks } from "../submariner/checks";
import { submarinerWayIn } from "../submariner/way-in";

/** What a backend brings. */
interface OfBackend {
  readonly checks: readonly Check[];
  readonly wayIn: WayInOf;
}

const ofBackend: Readonly<Record<BackendName, OfBackend>> = {
  istio: { checks: istioChecks, wayIn: istioWayIn },
  linkerd: { checks: linkerdChecks, wayIn: linkerdWayIn },
  submariner: { checks: submarinerChecks, wayIn: submarinerWayIn },
  calisti: { checks: calistiChecks, wayIn: calistiWayIn },
  loadbalancer: { checks: loadBalancerChecks, wayIn: loadBalancerWayIn },
  cilium: { checks: ciliumChecks, wayIn: ciliumWayIn },
};

/** The checks of a backend. */
export function backendChecks(backend: string): readonly Check[] {
  return own(backend).checks;
}

/** How calls of peers come into a cluster with this backend. */
export function wayInOf(backend: string): WayInOf {
  return own(backend).wayIn;
}

function own(backend: string): OfBackend {
  const found = (ofBackend as Readonly<Record<string, OfBackend>>)[backend];
  if (!found) throw new Error(`there are no checks for the backend ${backend}`);
  return found;
}
