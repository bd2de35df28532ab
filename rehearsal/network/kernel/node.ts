import type { NodeLink } from "../plan/desired";
import { type NamespaceNames, nodeDevice } from "./names";
import { podFirewall } from "./pod-firewall";
import { forwarding } from "./settings";
import type { NamespaceState } from "./state";

/** An instance: one address, and everything by the router, also to neighbours in the same subnet. */
export function nodeState({ instanceId, address, gateway, guards }: NodeLink, names: NamespaceNames): NamespaceState {
  return {
    name: names.of(instanceId),
    settings: forwarding,
    addresses: [{ address, device: nodeDevice }],
    routes: [
      { destination: `${gateway}/32`, to: { device: nodeDevice } },
      { destination: "default", to: { device: nodeDevice, via: gateway, source: address } },
    ],
    policies: [],
    firewall: podFirewall(guards),
  };
}
