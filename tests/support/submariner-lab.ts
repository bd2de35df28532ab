/** A lab with Submariner in memory: what the program, the charts and the operators make of it, as far as the checks look. */

import type { KubeObject } from "../../checks/kube/client";
import { calicoValues } from "../../components/backends/submariner/calico";
import { keySecretName, maximumSegment, operatorNamespace } from "../../components/backends/submariner/names";
import type { SubmarinerSettings } from "../../components/backends/submariner/settings";
import { operatorValues } from "../../components/backends/submariner/values";
import { wireguardKey } from "../../components/backends/submariner/wireguard-key";
import { corefile } from "../../components/cluster/corefile";
import { isEks } from "../../components/config/cluster";
import type { DemoDescription } from "../../components/lab/description";
import type { LabPlan } from "../../components/lab/plan";
import type { BackendConfig } from "../../components/plan/backend-profile";
import type { ClusterPlan, EksClusterPlan } from "../../components/plan/cluster";
import type { BrokerServer } from "./broker-server";
import { type FakeLab, fakeLab } from "./checks";
import { planOf } from "./config";
import { secretObject } from "./kube";

/** What of the demo the checks of the backend look at: what each cluster exports. */
const demo = {
  exports: [
    { name: "redis-cart", namespace: "boutique", from: ["cluster1"] },
    { name: "checkoutservice", namespace: "boutique", from: ["cluster2"] },
    { name: "productcatalogservice", namespace: "boutique", from: ["cluster1", "cluster2"] },
  ],
} as unknown as DemoDescription;

/** 48 bytes. */
const key = "the pre-shared key of this lab, which is no text";
const base64Key = Buffer.from(key).toString("base64");

export function submarinerLab(broker: BrokerServer, submariner: object = {}): FakeLab {
  const plan = planOf({ backend: "submariner", submariner: JSON.stringify(submariner) });
  const [first, second] = plan.clusters.filter(isEks);
  if (!first || !second) throw new Error("two clusters have two plans");
  return fakeLab(
    { backend: "submariner", trustAnchor: "", demo },
    { cluster1: objectsOf(plan, first, second, broker), cluster2: objectsOf(plan, second, first, broker) },
    (name) => ({ mtu: first.mtu, ...(name === "cluster1" && { endpoint: `https://${broker.host}` }) }),
  );
}

/** The configuration as the backend sees it. */
const seen = ({ backendConfig }: LabPlan) => backendConfig as BackendConfig<SubmarinerSettings>;

function objectsOf(plan: LabPlan, own: EksClusterPlan, peer: ClusterPlan, broker: BrokerServer): KubeObject[] {
  const { installation, defaultFelixConfiguration } = calicoValues(seen(plan), own);
  const inOperators = (apiVersion: string, kind: string, name: string, more: object): KubeObject => ({
    apiVersion,
    kind,
    metadata: { name, namespace: operatorNamespace },
    ...more,
  });
  const dnsAddress = own.dnsForwards[0]?.address;
  return [
    {
      apiVersion: "operator.tigera.io/v1",
      kind: "Installation",
      metadata: { name: "default" },
      spec: installation,
      status: { mtu: own.mtu.pod },
    },
    {
      apiVersion: "crd.projectcalico.org/v1",
      kind: "FelixConfiguration",
      metadata: { name: "default" },
      spec: defaultFelixConfiguration,
    },
    ...installation.calicoNetwork.ipPools.map(
      ({ name, cidr, natOutgoing, ...pool }): KubeObject => ({
        apiVersion: "crd.projectcalico.org/v1",
        kind: "IPPool",
        metadata: { name },
        spec: { cidr, natOutgoing: natOutgoing === "Enabled", disabled: "disableNewAllocations" in pool },
      }),
    ),
    {
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name: "calico-node", namespace: "calico-system" },
      status: { desiredNumberScheduled: 3, numberReady: 3 },
    },
    inOperators("submariner.io/v1alpha1", "Submariner", "submariner", {
      metadata: {
        name: "submariner",
        namespace: operatorNamespace,
        ownerReferences: [{ kind: "ConfigMap", name: "submariner-lifetime" }],
      },
      spec: specOf(plan, own, broker),
      status: { clusterID: own.name },
    }),
    secretObject(operatorNamespace, "submariner-broker", {
      "ca.crt": broker.authority.certificate,
      token: broker.token,
    }),
    secretObject(operatorNamespace, keySecretName, { psk: key }),
    inOperators("apps/v1", "DaemonSet", "submariner-gateway", {
      spec: { template: { spec: { containers: [{ env: [{ name: "CE_IPSEC_PSKSECRET", value: keySecretName }] }] } } },
    }),
    {
      apiVersion: "v1",
      kind: "Node",
      metadata: {
        name: `gateway-${own.name}`,
        labels: { "submariner.io/gateway": "true", "multicluster-lab/mtu": String(own.mtu.pod) },
        annotations: { "submariner.io/tcp-clamp-mss": String(maximumSegment(own.mtu.pod)) },
      },
    },
    inOperators("submariner.io/v1", "Gateway", `gateway-${own.name}`, {
      status: {
        haStatus: "active",
        statusFailure: "",
        connections: [
          {
            status: "connected",
            statusMessage: "",
            endpoint: { cluster_id: peer.name, backend: plan.config.submariner.cableDriver },
          },
        ],
      },
    }),
    {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: `node-${own.name}`, labels: { "multicluster-lab/mtu": String(own.mtu.pod) } },
    },
    inOperators("submariner.io/v1", "RouteAgent", `node-${own.name}`, {
      status: {
        statusFailure: "",
        remoteEndpoints: [{ status: "connected", statusMessage: "", spec: { cluster_id: peer.name } }],
      },
    }),
    ...demo.exports.flatMap(({ name, namespace, from }): KubeObject[] => {
      const object = { apiVersion: "multicluster.x-k8s.io/v1alpha1", metadata: { name, namespace } };
      const clusters = from.map((cluster) => ({ cluster }));
      return [
        ...(from.includes(own.name)
          ? [{ ...object, kind: "ServiceExport", status: { conditions: [{ type: "Valid", status: "True" }] } }]
          : []),
        { ...object, kind: "ServiceImport", status: { clusters } },
      ];
    }),
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "coredns", namespace: "kube-system" },
      data: { Corefile: corefile(own.dnsForwards, undefined) ?? "" },
    },
    inOperators("v1", "Service", "clusterset-dns", { spec: { clusterIP: dnsAddress } }),
    inOperators("discovery.k8s.io/v1", "EndpointSlice", "clusterset-dns-abc", {
      metadata: {
        name: "clusterset-dns-abc",
        namespace: operatorNamespace,
        labels: { "kubernetes.io/service-name": "clusterset-dns" },
      },
      endpoints: [{ conditions: { ready: true } }],
    }),
  ];
}

/** What the chart makes of the values, and the program adds. */
function specOf(plan: LabPlan, own: ClusterPlan, broker: BrokerServer) {
  const values = operatorValues(seen(plan), own, broker.host, wireguardKey(base64Key));
  return {
    clusterID: values.submariner.clusterId,
    clusterCIDR: values.submariner.clusterCidr,
    serviceCIDR: values.submariner.serviceCidr,
    globalCIDR: values.submariner.globalCidr ?? "",
    cableDriver: values.submariner.cableDriver,
    brokerK8sApiServer: values.broker.server,
    brokerK8sRemoteNamespace: values.broker.namespace,
    brokerK8sInsecure: values.broker.insecure,
    brokerK8sSecret: values.submariner.brokerK8sSecret,
    ...(values.ipsec ? { ceIPSecPSK: values.ipsec.psk } : {}),
    ceIPSecPSKSecret: keySecretName,
    natEnabled: values.submariner.natEnabled,
    airGappedDeployment: true,
  };
}
