import { clusterSetZone } from "../../components/backends/common/cluster-set";
import { dnsServiceName, operatorNamespace } from "../../components/backends/submariner/names";
import { type ClusterCheck, fail, verdict } from "../common/check";

interface Slice {
  readonly endpoints?: readonly { readonly conditions?: { readonly ready?: boolean } }[];
}

/** The cluster's DNS sends the cluster set's zone to Lighthouse by the add-on's configuration, which nobody else edits. */
export const dnsForward: ClusterCheck = {
  id: "submariner-dns",
  expects: "the cluster's DNS leaves the cluster set's zone to Lighthouse",
  ofCluster: async ({ kube }) => {
    const [corefileMap, service, slices] = await Promise.all([
      kube.get({ apiVersion: "v1", kind: "ConfigMap", namespace: "kube-system", name: "coredns" }),
      kube.get({ apiVersion: "v1", kind: "Service", namespace: operatorNamespace, name: dnsServiceName }),
      kube.list("discovery.k8s.io/v1", "EndpointSlice", {
        namespace: operatorNamespace,
        labelSelector: `kubernetes.io/service-name=${dnsServiceName}`,
      }),
    ]);
    if (!service) return fail(`there is no Service ${operatorNamespace}/${dnsServiceName}`);
    const corefile = (corefileMap?.data as Readonly<Record<string, string>> | undefined)?.Corefile ?? "";
    const address = (service.spec as { readonly clusterIP: string }).clusterIP;
    const block = new RegExp(`^${clusterSetZone}:53 \\{[^}]*forward \\. ${address}\\b`, "m");
    const servers = slices.flatMap((slice) => (slice as unknown as Slice).endpoints ?? []);
    return verdict(
      [
        !block.test(corefile) && `the Corefile does not forward ${clusterSetZone} to ${address}`,
        corefile.includes("lighthouse-start") && "the operator wrote into the add-on's Corefile",
        !servers.some(({ conditions }) => conditions?.ready) && "no DNS server of Lighthouse's is ready",
      ],
      `${clusterSetZone} by ${address}`,
    );
  },
};
