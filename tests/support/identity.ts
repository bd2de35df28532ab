/** Labs of every backend with all that it makes, on clusters of any names and in any order. */
import type { BackendName } from "../../components/backends/profiles";
import type { RawConfig } from "../../components/config/validate";
import type { Recorded } from "./mocks";

/** The setting `clusters`, in this order; addresses follow from `numbers`, or else from the order of names. */
export function clusters(
  names: readonly string[],
  numbers = new Map(names.toSorted().map((name, index) => [name, index + 1])),
): string {
  return JSON.stringify(
    names.map((name) => {
      const number = numbers.get(name) ?? 0;
      return { name, ...addresses(number) };
    }),
  );
}

function addresses(number: number) {
  return {
    region: "us-east-1",
    vpcCidr: `10.${number}.0.0/16`,
    serviceCidr: `172.${16 + number}.0.0/16`,
    podCidr: `10.${100 + number}.0.0/16`,
  };
}

/** Every backend with all that it makes, and the roles of clusters where there are more than two. */
export function lab(backend: BackendName, list: string, [front, back]: readonly string[]): RawConfig {
  const shared = [
    { name: "https", port: 80, way: "https" },
    { name: "a", port: 81 },
    { name: "a-a", port: 82 },
  ];
  const own: Readonly<Record<BackendName, object>> = {
    istio: {},
    linkerd: { viz: true },
    cilium: { sharing: "mcs", hubble: true, encryption: "ipsec" },
    submariner: { broker: front, globalnet: true },
    calisti: { injectedNamespaces: ["registry", "a"] },
    loadbalancer: { shared },
  };
  return {
    ...(backend === "calisti" ? { charts: '{"mirror":"MIRROR"}' } : {}),
    backend,
    clusters: list,
    [backend]: JSON.stringify(own[backend]),
    demo: JSON.stringify({ front, back }),
  };
}

/** What the engine tells a resource by: its own type and name, and the types of its parents. */
export function urn({ parent = "", type, name }: Recorded): string {
  return `${parent.split("::")[2] ?? ""}$${type}::${name}`;
}

/** Inputs as plain data in one order of keys; a resource among them is its name. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if ("__pulumiResource" in value) return `resource ${(value as { __name?: string }).__name}`;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, plain(inner)]));
}
