/** Names under which a backend is chosen; the registry holds an implementation for each. */
export const backendNames = ["istio", "cilium"] as const;

export type BackendName = (typeof backendNames)[number];
