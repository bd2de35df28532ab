import type { BackendName } from "../components/backends/names";
import type { Check } from "./check";
import { ciliumChecks } from "./cilium/checks";
import { istioChecks } from "./istio/checks";

const ofBackend: Readonly<Record<BackendName, readonly Check[]>> = {
  istio: istioChecks,
  cilium: ciliumChecks,
};

/** The checks of a backend. */
export function backendChecks(backend: string): readonly Check[] {
  const own = (ofBackend as Readonly<Record<string, readonly Check[]>>)[backend];
  if (!own) throw new Error(`there are no checks for the backend ${backend}`);
  return own;
}
