import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { BalancerService } from "../../cluster/balancer-service";
import type { Cluster } from "../../cluster/cluster";
import { labNamespace } from "../../cluster/lab-namespace";
import { AccountToken } from "../common/account-token";
import type { BackendContext } from "../common/backend";
import { requiredGatewayService } from "../common/gateway-service";
import { authoritySecret } from "../common/istio/authority";
import { meshNamespace } from "../common/istio/mesh-namespace";
import { networkOf } from "../common/istio/names";
import type { MeshMember } from "../common/istio/remote-secret";
import { installChart } from "../common/release";
import { calistiCharts } from "./charts";
import { controlPlaneName, injectionLabel, registryNamespace, registryReaderAccount } from "./names";
import { PeerReader } from "./peer-reader";
import { type Registered, Registration } from "./registration";
import type { CalistiSettings } from "./settings";
import { controlPlaneSpec, operatorValues, registryValues } from "./values";

/** A cluster with Calisti's open core on it. */
export interface CalistiInstalled extends MeshMember, Registered {
  /** Namespace of the cluster registry. */
  readonly registryNamespace: pulumi.Output<string>;
  /** The cluster registry's controller. */
  readonly registry: pulumi.Resource;
}

/**
 * Calisti's open core on one cluster: the cluster registry, which knows its own cluster first; the operator; the cluster's
 * authority; and the control plane, which the operator runs. On the way down the objects go while their controllers live.
 */
export class CalistiControlPlane extends pulumi.ComponentResource implements CalistiInstalled {
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
    private readonly prefix: string,
    public readonly cluster: Cluster,
    private readonly context: BackendContext<CalistiSettings>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:calisti:ControlPlane", prefix, {}, opts);
    this.namespace = meshNamespace(prefix, cluster, networkOf(cluster.plan.name), this);
    const authority = this.authority();
    this.registryNamespace = this.makeRegistryNamespace();
    this.registry = this.clusterRegistry();
    this.registryReader = this.registryReaderToken();
    this.clusterId = this.identify();
    const registration = this.register();
    const operator = this.operator();
    this.istiod = this.controlPlane([operator, authority, registration]);
    this.ready = [this.istiod];
    this.reader = this.peerReader();
    this.injectedNamespaces();
    this.gatewayAddress = this.gatewayService().address;
    this.registerOutputs({ gatewayAddress: this.gatewayAddress });
  }

  private get child() {
    return { parent: this, provider: this.cluster.provider };
  }

  private authority(): pulumi.Resource {
    return authoritySecret(
      `${this.prefix}-cacerts`,
      { trust: this.context.trust, cluster: this.cluster.plan.name, namespace: this.namespace },
      this.child,
    );
  }

  private makeRegistryNamespace(): pulumi.Output<string> {
    const { cluster, prefix } = this;
    return labNamespace(`${prefix}-registry`, { cluster, namespace: registryNamespace }, { parent: this });
  }

  private clusterRegistry(): pulumi.Resource {
    return installChart(
      `${this.prefix}-registry`,
      {
        chart: calistiCharts.registry,
        // The chart's names follow from it.
        release: "cluster-registry",
        namespace: this.registryNamespace,
        values: registryValues(this.cluster.plan.name),
        sources: this.context.config,
        // Its removal could wait for good: Kubernetes makes the chart's aggregated ClusterRoles anew when the roles they
        // consist of go at the same moment. Whether it runs shows by the control plane, which waits for its findings.
        skipAwait: true,
      },
      { ...this.child, dependsOn: this.cluster.nodes },
    );
  }

  /**
   * UID of kube-system, which is there before the program: a label of ours makes it a resource, whose UID the state keeps. A
   * read would be one in previews too (docs/decisions/api-access.md).
   */
  private identify(): pulumi.Output<string> {
    const labels = { "multicluster-lab/cluster": this.cluster.plan.name };
    const patch = new k8s.core.v1.NamespacePatch(
      `${this.prefix}-kube-system`,
      { metadata: { name: "kube-system", labels } },
      this.child,
    );
    return patch.metadata.uid;
  }

  /** With which the peers' registries read this cluster. */
  private registryReaderToken(): AccountToken {
    return new AccountToken(
      `${this.prefix}-registry-reader`,
      {
        cluster: this.cluster,
        namespace: this.registryNamespace,
        account: registryReaderAccount,
        secret: `${registryReaderAccount}-token`,
        number: this.context.config.trust.tokens,
        after: this.registry,
      },
      { parent: this },
    );
  }

  /** The cluster as its own registry knows it. */
  private register(): pulumi.Resource {
    return new Registration(
      `${this.prefix}-${this.cluster.plan.key}`,
      { of: this, on: this.cluster, namespace: this.registryNamespace, registry: this.registry },
      { parent: this },
    ).object;
  }

  private operator(): pulumi.Resource {
    return installChart(
      `${this.prefix}-operator`,
      {
        chart: calistiCharts.operator,
        release: "istio-operator",
        namespace: this.namespace,
        values: operatorValues(),
        sources: this.context.config,
      },
      // It watches Cluster objects, whose kind comes with the registry.
      { ...this.child, dependsOn: this.registry },
    );
  }

  private controlPlane(after: pulumi.Resource[]): pulumi.Resource {
    const { lab: mesh, config, trust } = this.context;
    const { registry } = config.images;
    const { exposedHosts } = config.own;
    return new k8s.apiextensions.CustomResource(
      `${this.prefix}-control-plane`,
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
        spec: controlPlaneSpec({ mesh, cluster: this.cluster.plan.name, exposedHosts, registry, roots: trust.mark }),
      },
      { ...this.child, dependsOn: after },
    );
  }

  /** With which the peers' istiods read this cluster. */
  private peerReader(): AccountToken {
    const { cluster, namespace } = this;
    const { tokens } = this.context.config.trust;
    return new PeerReader(`${this.prefix}-reader`, { cluster, namespace, tokens }, { parent: this }).token;
  }

  private injectedNamespaces(): void {
    for (const name of this.context.config.own.injectedNamespaces) {
      labNamespace(
        `${this.prefix}-injected-${name}`,
        { cluster: this.cluster, namespace: name, labels: injectionLabel },
        // Its pods go before what gave them their sidecars.
        { parent: this, dependsOn: this.istiod },
      );
    }
  }

  private gatewayService(): BalancerService {
    const { natAddresses } = this.context;
    return requiredGatewayService(
      `${this.prefix}-gateway`,
      { cluster: this.cluster, namespace: this.namespace, natAddresses },
      { parent: this },
    );
  }
}
