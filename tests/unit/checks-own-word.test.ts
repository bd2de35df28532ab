/** What backends say of their peers themselves. */

import { equal } from "node:assert/strict";
import { agentsKnowPeer } from "../../checks/cilium/agent-status";
import type { PairCheck } from "../../checks/common/check";
import { knownCluster } from "../../checks/common/istio/known-clusters";
import type { KubeObject } from "../../checks/kube/client";
import { gatewayProbe } from "../../checks/linkerd/probe";
import type { BackendName } from "../../components/backends/profiles";
import { type ClusterName, clusterNames, describeCheck, type FakeLab, fakeLab, peerOf } from "../support/checks";
import { nodes, pod } from "../support/packets-lab";

/** A lab of whose pods one on each cluster answers. */
function labOf(backend: BackendName, podOf: (name: ClusterName) => KubeObject): FakeLab {
  const objects = (name: ClusterName) => [...nodes, podOf(name)];
  return fakeLab(
    { backend, trustAnchor: "" },
    { cluster1: objects("cluster1"), cluster2: objects("cluster2") },
    (name) => ({
      gateway: `${name}.elb.example`,
    }),
  );
}

/** On simulated nodes nobody can be asked. */
function skippedWhereSimulated(check: PairCheck, sound: () => Promise<FakeLab>): void {
  it(`check ${check.id} is skipped where pods are simulated`, async () => {
    const { lab, kube } = await sound();
    for (const name of clusterNames)
      for (const each of kube[name].all("Pod")) Object.assign(each.spec as object, { nodeName: "simulated" });
    const [here, peer] = lab.clusters;
    equal(here && peer && (await check.ofPair(here, peer, lab)).status, "skipped");
  });
}

describe("what a backend says itself", () => {
  const known = (name: ClusterName) => [
    { id: name, secretName: "", syncStatus: "synced" },
    { id: peerOf(name), secretName: `istio-system/istio-remote-secret-${peerOf(name)}`, syncStatus: "synced" },
  ];
  const istio = async () => {
    const fake = labOf("istio", () => pod("istiod", "istio-system"));
    for (const name of clusterNames) fake.kube[name].answering = () => ({ stdout: JSON.stringify(known(name)) });
    return fake;
  };
  const istiodSays = (said: object) => (fake: FakeLab) => {
    fake.kube.cluster1.answering = () => said;
  };
  const [own, peer] = known("cluster1");
  describeCheck(knownCluster, istio, [
    [
      "istiod that knows itself alone",
      istiodSays({ stdout: JSON.stringify([own]) }),
      /^it knows cluster1, and not cluster2$/,
    ],
    [
      "a peer that it cannot read",
      istiodSays({ stdout: JSON.stringify([own, { ...peer, syncStatus: "syncing" }]) }),
      /^cluster2 is syncing, not synced$/,
    ],
    ["an istiod that does not answer", istiodSays({ exitCode: 1, stderr: "refused" }), /does not say .*: refused$/],
    ["no istiod", ({ kube }) => kube.cluster1.remove("Pod", "istiod-1"), /^there is no pod of istiod$/],
  ]);
  skippedWhereSimulated(knownCluster, istio);

  const remote = (name: ClusterName, more: object = {}) => ({
    "cluster-mesh": {
      clusters: [{ name: peerOf(name), connected: true, ready: true, "num-nodes": 2, "num-endpoints": 9, ...more }],
    },
  });
  const cilium = async () => {
    const agent = pod("cilium", "kube-system");
    Object.assign(agent.metadata, { labels: { "k8s-app": "cilium" } });
    const fake = labOf("cilium", () => agent);
    for (const name of clusterNames) fake.kube[name].answering = () => ({ stdout: JSON.stringify(remote(name)) });
    return fake;
  };
  const agentSays = (said: object) => (fake: FakeLab) => {
    fake.kube.cluster1.answering = () => ({ stdout: JSON.stringify(said) });
  };
  describeCheck(agentsKnowPeer, cilium, [
    ["an agent without a mesh", agentSays({}), /^cilium-1 does not know cluster2$/],
    [
      "a peer that does not answer",
      agentSays(remote("cluster1", { connected: false, status: "Waiting for initial connection" })),
      /^it is not connected with cluster2: Waiting for initial connection$/,
    ],
    ["a peer that is not read yet", agentSays(remote("cluster1", { ready: false })), /^it has not read cluster2 yet/],
    ["a peer without nodes", agentSays(remote("cluster1", { "num-nodes": 0 })), /^it knows no node of cluster2$/],
  ]);
  skippedWhereSimulated(agentsKnowPeer, cilium);

  const metrics = (alive: number, cluster: string) =>
    `# TYPE gateway_alive gauge\ngateway_alive{target_cluster_name="${cluster}"} ${alive}\ngateway_latency{target_cluster_name="${cluster}"} 7\n`;
  const linkerd = async () => {
    const fake = labOf("linkerd", (name) => {
      const controller = pod("controller", "linkerd-multicluster");
      Object.assign(controller.metadata, { labels: { "mirror.linkerd.io/cluster-name": peerOf(name) } });
      return controller;
    });
    for (const name of clusterNames) {
      fake.kube[name].serving = (_pod, port) => (port === 9999 ? metrics(1, peerOf(name)) : undefined);
    }
    return fake;
  };
  const controllerServes = (said: string) => (fake: FakeLab) => {
    fake.kube.cluster1.serving = () => said;
  };
  describeCheck(gatewayProbe, linkerd, [
    [
      "a gateway that is not alive",
      controllerServes(metrics(0, "cluster2")),
      /^cluster2\.elb\.example does not answer the controller's probes$/,
    ],
    [
      "a controller that probes another",
      controllerServes(metrics(1, "cluster3")),
      /^the controller does not probe the gateway of cluster2$/,
    ],
  ]);
  skippedWhereSimulated(gatewayProbe, linkerd);
});
