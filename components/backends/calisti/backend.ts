import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { BalancerService } from "../../cluster/balancer-service";
import type { Cluster } from "../../cluster/cluster";
import type { Network } from "../../network/network";
import { AccountToken } from "../common/account-token";
import type { Backend, BackendContext } from "../common/backend";
import { authoritySecret } from "../common/istio/authority";
import { type MeshMember, RemoteSecret } from "../common/istio/remote-secret";
import { installChart } from "../common/release";
import { istioNamespace, networkOf } from "../istio/profile";
import { calistiCharts } from "./charts";
import { controlPlaneSpec, injectionLabel, operatorValues, registryValues } from "./control-plane";
import { calistiProfile, controlPlaneName, registryNamespace } from "./profile";
import { PeerReader } from "./reader";
import { type Registered, Registration } from "./registration";

/** A cluster with Calisti's open core on it. */
export interface CalistiInstalled extends MeshMember, Registered {
  readonly registryNamespace: pulumi.Output<string>;
  readonly registry: pulumi.Resource;
}

/** The account that the registry's chart makes for its peers. */
const registryReaderAccount = "cluster-registry-controller-reader";

/**
 * Calisti's open core on one cluster: the cluster registry, which knows its own cluster first; the operator; the cluster's
 * authority; and the control plane, which the operator runs. On the way down the objects go while their controllers live.
 */
class CalistiControlPlane extends pulumi.ComponentResource implements CalistiInstalled {
  public readonly gatewayAddress: pulumi.Output<string>;
  public readonly namespace: pulumi.Output<string>;
  public readonly istiod: pulumi.Resource;
  public readonly ready: readonly pulumi.Resource[];
  public readonly reader: AccountToken;
  public readonly registryNamespace: pulumi.Output<string>;
  public readonly registry: pulumi.Resource;
  public readonly registryReader: AccountToken;
  public readonly clusterId: pulumi.Output<string>;

  constructor(
    name: string,
    public readonly cluster: Cluster,
    network: Network,
    { plan, trust, natAddresses }: BackendContext,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:calisti:ControlPlane", name, {}, opts);
    const child = { parent: this, provider: cluster.provider };
    const clusterName = cluster.plan.name;
    const { charts, calisti: settings } = plan.config;

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

    const registrySpace = new k8s.core.v1.Namespace(
      `${name}-registry`,
      { metadata: { name: registryNamespace } },
      child,
    );
    this.registryNamespace = registrySpace.metadata.name;
    this.registry = installChart(
      `${name}-registry`,
      {
        chart: calistiCharts.registry,
        // The chart's names follow from it.
        release: "cluster-registry",
        namespace: this.registryNamespace,
        values: registryValues(clusterName),
        mirror: charts.mirror,
        // Its removal could wait for good: Kubernetes makes the chart's aggregated ClusterRoles anew when the roles they
        // consist of go at the same moment. Whether it runs shows by the control plane, which waits for its findings.
        skipAwait: true,
      },
      { ...child, dependsOn: cluster.nodes },
    );
    this.registryReader = new AccountToken(
      `${name}-registry-reader`,
      {
        namespace: this.registryNamespace,
        account: registryReaderAccount,
        secret: `${registryReaderAccount}-token`,
      },
      { ...child, dependsOn: this.registry },
    );
    const system = k8s.core.v1.Namespace.get(`${name}-kube-system`, "kube-system", child);
    this.clusterId = system.metadata.uid;
    const own = new Registration(
      `${name}-${clusterName}`,
      { of: this, on: cluster, namespace: this.registryNamespace, registry: this.registry },
      { parent: this },
    );

    const operator = installChart(
      `${name}-operator`,
      {
        chart: calistiCharts.operator,
        release: "istio-operator",
        namespace: this.namespace,
        values: operatorValues(),
        mirror: charts.mirror,
      },
      // It watches Cluster objects, whose kind comes with the registry.
      { ...child, dependsOn: this.registry },
    );
    this.istiod = new k8s.apiextensions.CustomResource(
      `${name}-control-plane`,
      {
        apiVersion: "servicemesh.cisco.com/v1alpha1",
        kind: "IstioControlPlane",
        metadata: {
          name: controlPlaneName,
          namespace: this.namespace,
          // Before that there is nobody to give sidecars. The address comes last of all; `status.status` says Available
          // after each part, and first when nothing but Istio's kinds is there (istiocontrolplane_controller.go).
          annotations: { "pulumi.com/waitFor": "jsonpath={.status.gatewayAddress}" },
        },
        spec: controlPlaneSpec(plan.name, clusterName, settings.exposedHosts),
      },
      { ...child, dependsOn: [operator, cacerts, own.object] },
    );
    this.ready = [this.istiod];
    this.reader = new PeerReader(`${name}-reader`, { namespace: this.namespace }, child).token;
    for (const injected of settings.injectedNamespaces) {
      new k8s.core.v1.Namespace(
        `${name}-${injected}`,
        { metadata: { name: injected, labels: injectionLabel } },
        // Its pods go before what gave them their sidecars.
        { ...child, dependsOn: this.istiod },
      );
    }

    const [balancer] = cluster.plan.balancers;
    if (!balancer) throw new Error(`the plan of ${clusterName} has no load balancer for the mesh expansion gateway`);
    const service = new BalancerService(
      `${name}-gateway`,
      { balancer, cluster, network, namespace: this.namespace, natAddresses },
      { parent: this },
    );
    this.gatewayAddress = service.address;
    this.registerOutputs({ gatewayAddress: this.gatewayAddress });
  }
}

/** Calisti's open core: active control planes on different networks, whose clusters are registered with each other. */
export const calisti: Backend<CalistiInstalled> = {
  profile: calistiProfile,
  install: (cluster, network, context, parent) =>
    new CalistiControlPlane(`${cluster.plan.name}-calisti`, cluster, network, context, { parent }),
  joinPair: (here, peer, _context, parent) => {
    const peerName = peer.cluster.plan.name;
    const prefix = `${here.cluster.plan.name}-calisti`;
    new RemoteSecret(`${prefix}-remote-${peerName}`, { here, peer }, { parent });
    new Registration(
      `${prefix}-${peerName}`,
      { of: peer, on: here.cluster, namespace: here.registryNamespace, registry: here.registry },
      { parent },
    );
    return [];
  },
};
