import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../../cluster/cluster";
import type { BackendConfig } from "../../plan/backend-profile";
import { crossNetworkPort, gatewayName } from "../common/istio/names";
import { installChart } from "../common/release";
import { istioCharts } from "./charts";
import { gatewaySelector } from "./names";
import type { IstioSettings } from "./settings";
import { gatewayValues } from "./values";

/** What a gateway is made of. */
export interface EastWestGatewayArgs {
  /** Where it is. */
  readonly cluster: Cluster;
  /** Of the control plane. */
  readonly namespace: pulumi.Input<string>;
  /** What it exposes, and where its chart is. */
  readonly config: BackendConfig<IstioSettings>;
  /** Its pods are filled in by the injector, and ready when an istiod has told them what to do. */
  readonly after: readonly pulumi.Resource[];
}

/** The pods of the east-west gateway, without their load balancer. */
export function eastWestGateway(
  name: string,
  { cluster, namespace, config, after }: EastWestGatewayArgs,
  parent: pulumi.Resource,
): void {
  installChart(
    name,
    {
      chart: istioCharts.gateway,
      release: gatewayName,
      namespace,
      values: gatewayValues(cluster.plan.name),
      sources: config,
      on: cluster,
    },
    { parent, provider: cluster.provider, dependsOn: [...after] },
  );
}

/** What peers may reach through the gateways of all clusters whose proxies go by this one's objects. */
export function exposedHosts(
  name: string,
  { cluster, namespace, config, after }: EastWestGatewayArgs,
  parent: pulumi.Resource,
): void {
  new k8s.apiextensions.CustomResource(
    name,
    {
      apiVersion: "networking.istio.io/v1",
      kind: "Gateway",
      metadata: { name: "cross-network-gateway", namespace },
      spec: {
        selector: { ...gatewaySelector },
        servers: [
          {
            port: { number: crossNetworkPort, name: "tls", protocol: "TLS" },
            // The gateway passes on what is encrypted between sidecars and cannot read it.
            tls: { mode: "AUTO_PASSTHROUGH" },
            hosts: config.own.exposedHosts,
          },
        ],
      },
    },
    { parent, provider: cluster.provider, dependsOn: [...after] },
  );
}
