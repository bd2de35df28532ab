/** What a live lab says of Istio's deployment model. */
import { networkOf, sharedNetwork } from "../../../components/backends/common/istio/names";
import { type LiveCluster, skip, type Verdict } from "../check";

type Said = Pick<LiveCluster, "name" | "gateway" | "controlledFrom">;

/** The network that a cluster's pods are on: one without a gateway shares it with its peers. */
export function networkAt({ name, gateway }: Said): string {
  return gateway === undefined ? sharedNetwork : networkOf(name);
}

/** Of what is there only with gateways. */
export function withoutGateway({ gateway }: Said): Verdict | undefined {
  return gateway === undefined ? skip("it has no gateway: sidecars call the pods of peers themselves") : undefined;
}

/** Of what is there only with a proxy in each pod. */
export function withoutSidecars({ carrier }: Pick<LiveCluster, "carrier">): Verdict | undefined {
  return carrier === undefined ? undefined : skip(`calls are carried by ${carrier}, and pods have no proxies`);
}

/** Of what is there only where an istiod serves proxies. */
export function ofRemote({ name, controlledFrom }: Said): Verdict | undefined {
  return controlledFrom === undefined
    ? undefined
    : skip(`proxies of ${name} go by the istiod of ${controlledFrom}, and its objects`);
}
