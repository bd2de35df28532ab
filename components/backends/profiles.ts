import type { BackendProfile } from "../plan/backend-profile";
import { calistiProfile } from "./calisti/profile";
import { ciliumProfile } from "./cilium/profile";
import { istioProfile } from "./istio/profile";
import { linkerdProfile } from "./linkerd/profile";
import { loadBalancerProfile } from "./loadbalancer/profile";
import type { BackendName } from "./names";
import { submarinerProfile } from "./submariner/profile";

/** What each backend needs and supports, as plain data: configuration and plan look here, and nowhere at its name. */
export const backendProfiles: Readonly<Record<BackendName, BackendProfile>> = {
  istio: istioProfile,
  linkerd: linkerdProfile,
  calisti: calistiProfile,
  loadbalancer: loadBalancerProfile,
  submariner: submarinerProfile,
  cilium: ciliumProfile,
};
