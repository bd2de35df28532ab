/** Checks of clusters that were there already, where peers come to node ports. */
import { gatewayAddress } from "../../checks/common/istio/gateway";
import { frontDoor } from "../../checks/demo/front-door";
import type { KubeObject } from "../../checks/kube/client";
import { namesLeadToBalancers } from "../../checks/loadbalancer/names";
import { gatewayName, istioNamespace, networkOf } from "../../components/backends/common/istio/names";
import { exportLabels } from "../../components/backends/loadbalancer/exports";
import { frontDoorName } from "../../components/demo/boutique";
import type { DemoDescription } from "../../components/lab/description";
import { type ClusterName, describeCheck, type FakeLab, fakeLab, outputs } from "../support/checks";

const namespace = "boutique";
const alias = "redis-cart-cluster1";
const labels = exportLabels("cluster1", { way: "tcp" });
const addressOf = (name: ClusterName) => (name === "cluster1" ? "172.18.0.2" : "172.18.0.3");

/** As a cluster of kind is described. */
const there = (name: ClusterName) => ({
  context: `kind-${name}`,
  gateway: addressOf(name),
  addresses: [addressOf(name)],
  gatewayPorts: { 15443: 31443 },
});

function nodePort(name: string, within: string, port: number, node: number, own: object = {}): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: within, ...own },
    spec: { type: "NodePort", ports: [{ port, nodePort: node }] },
  };
}

async function meshLab(): Promise<FakeLab> {
  const gateway = (name: ClusterName) =>
    nodePort(gatewayName, istioNamespace, 15443, 31443, {
      labels: { "topology.istio.io/network": networkOf(name) },
    });
  return fakeLab(
    { backend: "istio", trustAnchor: "" },
    { cluster1: [gateway("cluster1")], cluster2: [gateway("cluster2")] },
    there,
  );
}

async function balancedLab(): Promise<FakeLab> {
  const at = { namespace, labels };
  return fakeLab(
    { backend: "loadbalancer", trustAnchor: "" },
    {
      cluster1: [nodePort(alias, namespace, 6379, 30077, { labels })],
      cluster2: [
        { apiVersion: "v1", kind: "Service", metadata: { name: alias, ...at }, spec: { type: "ClusterIP" } },
        {
          apiVersion: "discovery.k8s.io/v1",
          kind: "EndpointSlice",
          metadata: { name: alias, namespace, labels: { ...labels, "kubernetes.io/service-name": alias } },
          endpoints: [{ addresses: ["172.18.0.2"] }],
          ports: [{ port: 30077 }],
        },
      ],
    },
    there,
  );
}

async function demoLab(): Promise<FakeLab> {
  const demo = {
    namespace,
    url: "http://172.18.0.2:32080",
    visitors: ["172.18.0.0/16"],
    instances: [{ cluster: "cluster1", service: "frontend", addresses: {} }],
  } as unknown as DemoDescription;
  const door = nodePort(frontDoorName, namespace, 80, 32080);
  return fakeLab({ backend: "istio", trustAnchor: "", demo }, { cluster1: [door], cluster2: [] }, there);
}

describe("checks of clusters that were there already", () => {
  describeCheck(gatewayAddress, meshLab, [
    [
      "another node's address",
      (fake) => outputs(fake, { addresses: ["172.18.0.9"] }),
      /its address is 172\.18\.0\.9, the outputs say 172\.18\.0\.2/,
    ],
    [
      "another node port",
      ({ kube }) => Object.assign(kube.cluster1.the("Service", gatewayName).spec.ports[0], { nodePort: 30001 }),
      /the node port of 15443 is 30001, the outputs say 31443/,
    ],
  ]);
  describeCheck(namesLeadToBalancers, balancedLab, [
    [
      "endpoints elsewhere",
      ({ kube }) =>
        Object.assign(kube.cluster2.the("EndpointSlice", alias), { endpoints: [{ addresses: ["1.2.3.4"] }] }),
      /boutique\/redis-cart-cluster1 is 1\.2\.3\.4:30077, not 172\.18\.0\.2:30077/,
    ],
    [
      "another node port",
      ({ kube }) => Object.assign(kube.cluster1.the("Service", alias).spec.ports[0], { nodePort: 30001 }),
      /is 172\.18\.0\.2:30077, not 172\.18\.0\.2:30001/,
    ],
    ["no endpoints", ({ kube }) => kube.cluster2.remove("EndpointSlice", alias), /redis-cart-cluster1 is nowhere/],
  ]);
  describeCheck(frontDoor, demoLab, [
    [
      "another node port",
      ({ kube }) => Object.assign(kube.cluster1.the("Service", frontDoorName).spec.ports[0], { nodePort: 30001 }),
      /its node port is 30001, the outputs say http:\/\/172\.18\.0\.2:32080/,
    ],
  ]);
});
