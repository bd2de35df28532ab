import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../../cluster/cluster";
import type { CommonConfig } from "../../config/common";
import type { Chart } from "../../plan/chart";
import { networkOf } from "../common/istio/names";
import { installChart } from "../common/release";
import { istioCharts } from "./charts";
import { hboneGateway, hbonePort, peerGateway, ztunnel } from "./names";
import { cniValues, gatewayApiValues, ztunnelValues } from "./values";

const gatewayApi = { apiVersion: "gateway.networking.k8s.io/v1", kind: "Gateway" };

/** Where the parts of ambient mode are. */
export interface AmbientArgs {
  /** The cluster. */
  readonly cluster: Cluster;
  /** Of the control plane. */
  readonly namespace: pulumi.Input<string>;
  /** Where charts and images come from. */
  readonly sources: Pick<CommonConfig, "charts" | "images">;
}

/** Definitions of the Gateway API: istiod looks for them when it starts. */
export function gatewayDefinitions(prefix: string, args: AmbientArgs, parent: pulumi.Resource): pulumi.Resource {
  return chart(
    `${prefix}-gateway-api`,
    "gateway-api",
    istioCharts.gatewayApi,
    gatewayApiValues,
    { ...args, after: [] },
    parent,
  );
}

/**
 * What carries calls on each node, and what leads pods' packets there.
 *
 * @returns what pods that take part come after, and go before
 */
export function carriers(
  prefix: string,
  { istiod, ...args }: AmbientArgs & { readonly istiod: pulumi.Resource },
  parent: pulumi.Resource,
): pulumi.Resource[] {
  const { cluster } = args;
  const cni = chart(
    `${prefix}-cni`,
    "istio-cni",
    istioCharts.cni,
    cniValues,
    { ...args, after: cluster.nodes },
    parent,
  );
  const after = [istiod, cni];
  const values = ztunnelValues(cluster.plan.name);
  return [chart(`${prefix}-ztunnel`, ztunnel, istioCharts.ztunnel, values, { ...args, after }, parent)];
}

/**
 * The gateway by which ztunnels of the peers come in. istiod makes its pods. Its Service stays within the cluster, and peers are
 * told of the program's load balancer instead: see `knownGateway`. Without a network's label no peer takes this one's address.
 */
export function hboneGatewayOn(
  prefix: string,
  { cluster, namespace }: AmbientArgs,
  after: readonly pulumi.Resource[],
  parent: pulumi.Resource,
): void {
  new k8s.apiextensions.CustomResource(
    `${prefix}-hbone`,
    {
      ...gatewayApi,
      metadata: {
        name: hboneGateway,
        namespace,
        annotations: { "networking.istio.io/service-type": "ClusterIP" },
      },
      spec: {
        gatewayClassName: "istio-east-west",
        listeners: [
          {
            name: "mesh",
            port: hbonePort,
            protocol: "HBONE",
            tls: { mode: "Terminate", options: { "gateway.istio.io/tls-terminate-mode": "ISTIO_MUTUAL" } },
          },
        ],
      },
    },
    { parent, provider: cluster.provider, dependsOn: [...after] },
  );
}

/** What a cluster is told of a peer's gateway. */
export interface KnownGatewayArgs {
  /** The cluster that is told. */
  readonly here: {
    readonly cluster: Cluster;
    readonly namespace: pulumi.Input<string>;
    readonly istiod: pulumi.Resource;
  };
  /** Name of the peer. */
  readonly peer: string;
  /** Host name of the peer's load balancer. */
  readonly address: pulumi.Input<string>;
}

/** A Gateway that stands for a peer's: its network, its address, and the account that its certificate must have. */
export function knownGateway(name: string, { here, peer, address }: KnownGatewayArgs, parent: pulumi.Resource): void {
  new k8s.apiextensions.CustomResource(
    name,
    {
      ...gatewayApi,
      metadata: {
        name: `${peerGateway}-${peer}`,
        namespace: here.namespace,
        labels: { "topology.istio.io/network": networkOf(peer) },
        annotations: { "gateway.istio.io/service-account": hboneGateway },
      },
      spec: {
        gatewayClassName: peerGateway,
        addresses: [{ type: "Hostname", value: address }],
        listeners: [{ name: "cross-network", port: hbonePort, protocol: "HBONE", tls: { mode: "Passthrough" } }],
      },
    },
    { parent, provider: here.cluster.provider, dependsOn: here.istiod },
  );
}

function chart(
  name: string,
  release: string,
  pinned: Chart,
  values: pulumi.Inputs,
  { cluster, namespace, sources, after }: AmbientArgs & { readonly after: readonly pulumi.Resource[] },
  parent: pulumi.Resource,
): pulumi.Resource {
  return installChart(
    name,
    { chart: pinned, release, namespace, values, sources, on: cluster },
    { parent, provider: cluster.provider, dependsOn: [...after] },
  );
}
