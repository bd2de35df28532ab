/** Names under which a backend is chosen; the registry holds an implementation for each. */
export const backendNames = ["istio", "submariner"] as const;

export type BackendName = (typeof backendNames)[number];
