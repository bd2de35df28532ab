import type * as pulumi from "@pulumi/pulumi";
import { rootsAnnotation } from "../../base/generations";
import type { EksClusterPlan } from "../../plan/cluster";
import { clusterIdOf } from "./cluster-id";
import { hubbleRelaySecret, hubbleServerSecret } from "./names";
import { agentPool, nativeRange, type Pool, podPool } from "./pools";
import type { CiliumSettings } from "./settings";

/**
 * Values of Cilium's chart.
 *
 * @param of.apiServer host name of the cluster's API server: without kube-proxy nothing else leads agents to it
 * @param of.roots which roots are trusted
 */
export function ciliumValues(
  cluster: EksClusterPlan,
  settings: CiliumSettings,
  { apiServer, roots }: { readonly apiServer: pulumi.Input<string>; readonly roots: pulumi.Input<string> },
) {
  const { name, mtu } = cluster;
  const id = clusterIdOf(name, settings);
  return {
    cluster: { name, id },
    // The path's MTU, from which Cilium itself takes off what it adds. Left out, it would take the interface's, which is
    // more than fits between regions.
    MTU: mtu.path,
    ...datapathValues(settings.datapath, id, cluster),
    ...(settings.encryption === "none" ? {} : { encryption: { enabled: true, type: settings.encryption } }),
    kubeProxyReplacement: settings.kubeProxyReplacement,
    ...(settings.kubeProxyReplacement ? { k8sServiceHost: apiServer, k8sServicePort: 443 } : {}),
    // Agents and operator read the configuration once, at their start.
    rollOutCiliumPods: true,
    // Two would need two nodes that are up, and a lab may have one.
    operator: { replicas: 1, rollOutPods: true },
    hubble: hubbleValues(settings.hubble),
    clustermesh: {
      useAPIServer: true,
      // Left out, instances of a cluster that is lost are called for ever.
      cacheTTL: settings.cacheTtl,
      // The program makes what is about peers: another peer then changes no release.
      config: { enabled: false },
      // The program makes the kinds and tells DNS, which belongs to EKS's add-on.
      ...(settings.sharing === "mcs" ? { mcsapi: { enabled: true, installCRDs: false } } : {}),
      apiserver: {
        // The program owns the Service: its load balancer's name goes into the server's certificate.
        service: { externallyCreated: true },
        // Its etcd reads the authorities of clients once, when it starts (etcd client/pkg/transport/listener.go).
        podAnnotations: { [rootsAnnotation]: roots },
        tls: {
          // Each peer is a user of its own; with one authority for all, anything less would let them be anybody.
          authMode: "cluster",
          // The chart's own certificates differ at every rendering.
          auto: { enabled: false },
        },
      },
    },
  };
}

function datapathValues(datapath: CiliumSettings["datapath"], id: number, { podCidr, vpcCidr, tags }: EksClusterPlan) {
  switch (datapath) {
    case "vxlan":
      if (!podCidr) throw new Error("an overlay without addresses for pods");
      return { routingMode: "tunnel", tunnelProtocol: "vxlan", ipam: clusterPool(podPool(podCidr)) };
    case "eni":
      return {
        // Tags of the interfaces that its operator attaches for pods.
        eni: { enabled: true, eniTags: { ...tags } },
        ipam: { mode: "eni" },
        routingMode: "native",
        // Peers see the pods themselves, and to the internet the NAT gateway translates.
        enableIPv4Masquerade: false,
        // With IPsec agents encrypt to this range and drop what is for pods elsewhere. Left out, it is the own VPC's, and
        // nothing reaches a peer (cilium pkg/ipam/eni.go and pkg/datapath/linux/ipsec.go).
        ipv4NativeRoutingCIDR: nativeRange(vpcCidr),
      };
    case "chaining":
      return {
        // The routes of pods have the MTU that is left by the encryption, whatever AWS's CNI gave the interface.
        cni: { chainingMode: "aws-cni", exclusive: false, enableRouteMTUForCNIChaining: true },
        // AWS's CNI changes packets' marks, so no identity may be carried in them for policies to go by (cilium/cilium#38738).
        enableIdentityMark: false,
        ipam: clusterPool(agentPool(id)),
        routingMode: "native",
        enableIPv4Masquerade: false,
      };
    default:
      return datapath satisfies never;
  }
}

function clusterPool({ cidr, nodePrefix }: Pool) {
  return {
    mode: "cluster-pool",
    operator: { clusterPoolIPv4PodCIDRList: [cidr], clusterPoolIPv4MaskSize: nodePrefix },
  };
}

function hubbleValues(enabled: boolean) {
  if (!enabled) return { enabled };
  return {
    enabled,
    tls: { auto: { enabled: false }, server: { existingSecret: hubbleServerSecret } },
    relay: { enabled: true, tls: { client: { existingSecret: hubbleRelaySecret } } },
  };
}
