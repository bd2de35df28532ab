import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { BalancerService } from "../../cluster/balancer-service";
import type { Cluster } from "../../cluster/cluster";
import type { Network } from "../../network/network";
import { AccountToken } from "../common/account-token";
import type { Backend, BackendContext } from "../common/backend";
import { authoritySecret } from "../common/istio/authority";
import { type MeshMember, RemoteSecret, readerAccount, readerTokenSecret } from "../common/istio/remote-secret";
import { installChart } from "../common/release";
import { istioCharts } from "./charts";
import { crossNetworkPort, gatewayName, istioNamespace, istioProfile, networkOf } from "./profile";
import { gatewayValues, istiodValues } from "./values";

/**
 * Istio on one cluster: the cluster's own certificate authority first, since istiod makes one of its own when it finds
 * none; then the control plane, the east-west gateway, and the hosts that peers may reach through it.
 */
class IstioControlPlane extends pulumi.ComponentResource implements MeshMember {
  public readonly gatewayAddress: pulumi.Output<string>;
  public readonly namespace: pulumi.Output<string>;
  public readonly istiod: pulumi.Resource;
  public readonly ready: readonly pulumi.Resource[];
  public readonly reader: AccountToken;

  constructor(
    name: string,
    public readonly cluster: Cluster,
    network: Network,
    { plan, trust, natAddresses }: BackendContext,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:istio:ControlPlane", name, {}, opts);
    const child = { parent: this, provider: cluster.provider };
    const clusterName = cluster.plan.name;
    const { mirror } = plan.config.charts;

    const namespace = new k8s.core.v1.Namespace(
      name,
      { metadata: { name: istioNamespace, labels: { "topology.istio.io/network": networkOf(clusterName) } } },
      child,
    );
    this.namespace = namespace.metadata.name;

    const cacerts = authoritySecret(
      `${name}-cacerts`,
      { trust, cluster: clusterName, namespace: this.namespace },
      child,
    );

    const base = installChart(
      `${name}-base`,
      { chart: istioCharts.base, release: "istio-base", namespace: this.namespace, values: {}, mirror },
      child,
    );
    this.reader = new AccountToken(
      `${name}-reader`,
      { namespace: this.namespace, account: readerAccount, secret: readerTokenSecret },
      { ...child, dependsOn: base },
    );

    const istiod = installChart(
      `${name}-istiod`,
      {
        chart: istioCharts.istiod,
        release: "istiod",
        namespace: this.namespace,
        values: istiodValues(plan.name, clusterName),
        mirror,
      },
      { ...child, dependsOn: [base, cacerts, ...cluster.nodes] },
    );
    this.istiod = istiod;
    this.ready = [istiod];

    installChart(
      `${name}-gateway`,
      {
        chart: istioCharts.gateway,
        release: gatewayName,
        namespace: this.namespace,
        values: gatewayValues(clusterName),
        mirror,
      },
      // Its pod is filled in by istiod's webhook.
      { ...child, dependsOn: istiod },
    );

    const [balancer] = cluster.plan.balancers;
    if (!balancer) throw new Error(`the plan of ${clusterName} has no load balancer for the east-west gateway`);
    const service = new BalancerService(
      `${name}-gateway`,
      { balancer, cluster, network, namespace: this.namespace, natAddresses },
      { parent: this },
    );
    this.gatewayAddress = service.address;

    new k8s.apiextensions.CustomResource(
      `${name}-cross-network`,
      {
        apiVersion: "networking.istio.io/v1",
        kind: "Gateway",
        metadata: { name: "cross-network-gateway", namespace: this.namespace },
        spec: {
          selector: { ...balancer.selector },
          servers: [
            {
              port: { number: crossNetworkPort, name: "tls", protocol: "TLS" },
              // The gateway passes on what is encrypted between sidecars and cannot read it.
              tls: { mode: "AUTO_PASSTHROUGH" },
              hosts: plan.config.istio.exposedHosts,
            },
          ],
        },
      },
      { ...child, dependsOn: istiod },
    );
    this.registerOutputs({ gatewayAddress: this.gatewayAddress });
  }
}

/** Istio, multi-primary on different networks. */
export const istio: Backend<MeshMember> = {
  profile: istioProfile,
  install: (cluster, network, context, parent) =>
    new IstioControlPlane(`${cluster.plan.name}-istio`, cluster, network, context, { parent }),
  joinPair: (here, peer, _context, parent) => {
    new RemoteSecret(`${here.cluster.plan.name}-istio-remote-${peer.cluster.plan.name}`, { here, peer }, { parent });
    return [];
  },
};
