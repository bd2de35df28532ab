/** Names under which a backend is chosen; the registry holds an implementation for each. */
export const backendNames = ["istio", "linkerd", "cilium", "submariner", "calisti", "loadbalancer"] as const;

export type BackendName = (typeof backendNames)[number];
