import type { BackendProfile } from "../plan/backend-profile";
import { calistiProfile } from "./calisti/profile";
import { ciliumProfile } from "./cilium/profile";
import { istioProfile } from "./istio/profile";
import { linkerdProfile } from "./linkerd/profile";
import { loadBalancerProfile } from "./loadbalancer/profile";
import { submarinerProfile } from "./submariner/profile";

/**
 * What each backend needs and supports, as plain data, under the name by which it is chosen. The list of names, the
 * configuration's schema and its type follow from it.
 */
export const backendProfiles = {
  istio: istioProfile,
  linkerd: linkerdProfile,
  cilium: ciliumProfile,
  submariner: submarinerProfile,
  calisti: calistiProfile,
  loadbalancer: loadBalancerProfile,
} as const;

/** Names under which backends are chosen. */
export type BackendName = keyof typeof backendProfiles;

/** All names, in the order in which documents list them. */
export const backendNames = Object.keys(backendProfiles) as [BackendName, ...BackendName[]];

/** The description of a backend that is known by its name alone: for whoever has its settings from where the name is from. */
export function profileOf(name: BackendName): BackendProfile<unknown> {
  return backendProfiles[name];
}
