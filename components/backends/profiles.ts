import { ciliumProfile } from "./cilium/profile";
import { istioProfile } from "./istio/profile";
import type { BackendName } from "./names";
import type { BackendProfile } from "./profile";

/** What each backend needs and supports, as plain data: configuration and plan look here, and nowhere at its name. */
export const backendProfiles: Readonly<Record<BackendName, BackendProfile>> = {
  istio: istioProfile,
  cilium: ciliumProfile,
};
