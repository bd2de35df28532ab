import { ownerLabel } from "../../components/backends/loadbalancer/names";
import { type LiveCluster, type PairCheck, type Verdict, verdict } from "../common/check";
import { entryService, type SharedObject, sharedObjects } from "./exports";

/** Every Service that the peer exports has a name here, and that name leads to the address of the peer's load balancer. */
export const namesLeadToBalancers: PairCheck = {
  id: "loadbalancer-names",
  expects: "the names of the peer's exported Services lead to its load balancers",
  ofPair: async (here, peer): Promise<Verdict> => {
    const [offered, known, entry, endpoints] = await Promise.all([
      sharedObjects(peer, peer.name),
      sharedObjects(here, peer.name),
      entryService(peer),
      endpointsOf(here, peer.name),
    ]);
    if (offered.length + known.length === 0) return { status: "skipped", detail: `${peer.name} exports nothing` };
    const wayIn = (service: SharedObject) => (service.way === "https" ? entry : service);
    return verdict(
      [
        ...offered.map((service) => nameProblem(service, wayIn(service), find(known, service), endpoints)),
        ...known.map((alias) => !find(offered, alias) && `${peer.name} has no ${alias.namespace}/${alias.name}`),
      ],
      known.map((alias) => `${alias.name} -> ${leadsTo(alias, endpoints)}`).join(", "),
    );
  },
};

function nameProblem(
  { name, namespace }: SharedObject,
  wayIn: SharedObject | undefined,
  alias: SharedObject | undefined,
  endpoints: Endpoints,
) {
  const address = wayIn?.address;
  if (!address) return `the load balancer of ${namespace}/${name} has no address`;
  if (!alias) return `there is no Service ${namespace}/${name}`;
  // A name of the DNS has letters; to an address a Service without a selector leads, by its endpoints.
  const named = /[a-z]/i.test(address);
  if (named && alias.spec.type !== "ExternalName") {
    return `${namespace}/${name} is a ${alias.spec.type}, not an ExternalName`;
  }
  const [port] = wayIn.spec.ports ?? [];
  const wanted = named ? address : `${address}:${wayIn.spec.type === "NodePort" ? port?.nodePort : port?.port}`;
  const found = leadsTo(alias, endpoints);
  return !found.split(", ").includes(wanted) && `${namespace}/${name} is ${found}, not ${wanted}`;
}

/** Addresses with ports, by namespace and name of their Service. */
type Endpoints = ReadonlyMap<string, readonly string[]>;

interface Slice {
  readonly endpoints?: readonly { readonly addresses: readonly string[] }[];
  readonly ports?: readonly { readonly port?: number }[];
}

async function endpointsOf({ kube }: LiveCluster, owner: string): Promise<Endpoints> {
  const labelSelector = `${ownerLabel}=${owner}`;
  const slices = await kube.list("discovery.k8s.io/v1", "EndpointSlice", { labelSelector });
  return new Map(
    slices.map((slice) => {
      const { endpoints = [], ports = [] } = slice as unknown as Slice;
      const { namespace, name, labels } = slice.metadata;
      const found = endpoints.flatMap(({ addresses }) => addresses.map((address) => `${address}:${ports[0]?.port}`));
      return [`${namespace}/${labels?.["kubernetes.io/service-name"] ?? name}`, found];
    }),
  );
}

function leadsTo({ namespace, name, spec }: SharedObject, endpoints: Endpoints): string {
  if (spec.type === "ExternalName") return spec.externalName ?? "nowhere";
  return endpoints.get(`${namespace}/${name}`)?.join(", ") ?? "nowhere";
}

function find(among: readonly SharedObject[], { name, namespace }: SharedObject): SharedObject | undefined {
  return among.find((each) => each.name === name && each.namespace === namespace);
}
