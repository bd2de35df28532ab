import { type PairCheck, type Verdict, verdict } from "../common/check";
import { entryService, type SharedObject, sharedObjects } from "./exports";

/** Every Service that the peer exports has a name here, and that name leads to the address of the peer's load balancer. */
export const namesLeadToBalancers: PairCheck = {
  id: "loadbalancer-names",
  expects: "the names of the peer's exported Services lead to its load balancers",
  ofPair: async (here, peer): Promise<Verdict> => {
    const [offered, known, entry] = await Promise.all([
      sharedObjects(peer, peer.name),
      sharedObjects(here, peer.name),
      entryService(peer),
    ]);
    if (offered.length + known.length === 0) return { status: "skipped", detail: `${peer.name} exports nothing` };
    const address = ({ way, address }: SharedObject) => (way === "https" ? entry?.address : address);
    return verdict(
      [
        ...offered.map((service) => nameProblem(service, address(service), find(known, service))),
        ...known.map((alias) => !find(offered, alias) && `${peer.name} has no ${alias.namespace}/${alias.name}`),
      ],
      known.map(({ name, spec }) => `${name} -> ${spec.externalName}`).join(", "),
    );
  },
};

function nameProblem(offered: SharedObject, address: string | undefined, alias: SharedObject | undefined) {
  const { name, namespace } = offered;
  if (!address) return `the load balancer of ${namespace}/${name} has no address`;
  if (!alias) return `there is no Service ${namespace}/${name}`;
  if (alias.spec.type !== "ExternalName") return `${namespace}/${name} is a ${alias.spec.type}, not an ExternalName`;
  return alias.spec.externalName !== address && `${namespace}/${name} is ${alias.spec.externalName}, not ${address}`;
}

function find(among: readonly SharedObject[], { name, namespace }: SharedObject): SharedObject | undefined {
  return among.find((each) => each.name === name && each.namespace === namespace);
}
