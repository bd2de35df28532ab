import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { KubeClient, type KubeObject } from "../../checks/kube/client";
import { NodeAnnotations } from "../../rehearsal/operators/annotations";
import { CalicoOperator } from "../../rehearsal/operators/calico";
import { CiliumOperator } from "../../rehearsal/operators/cilium";
import { SubmarinerOperator } from "../../rehearsal/operators/submariner";
import { BrokerServer } from "../support/broker-server";
import { RunningKube, secretObject } from "../support/kube";
import { deployment, node, once } from "../support/operators";

const connect = (kubeconfig: string) => new KubeClient(kubeconfig);

describe("Cilium's operator in the rehearsal", () => {
  const kind = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" };
  const policies = { ...kind, name: "ciliumnetworkpolicies.cilium.io" };

  it("brings the kinds that the chart leaves to it, before there are nodes that would wait for them", async () => {
    const kube = new RunningKube();
    await kube.create(deployment("kube-system", "cilium-operator"));
    await once(new CiliumOperator(kube));
    const { spec } = (await kube.get(policies)) as { spec?: { names: { kind: string } } };
    equal(spec?.names.kind, "CiliumNetworkPolicy");
  });

  it("is not there where Cilium is not", async () => {
    const kube = new RunningKube();
    await kube.create(node);
    await once(new CiliumOperator(kube));
    equal(kube.all("CustomResourceDefinition").length, 0);
  });
});

describe("Submariner's operator in the rehearsal", () => {
  const finalizer = "controllers.submariner.io/cleanup";
  const resource = {
    apiVersion: "submariner.io/v1alpha1",
    kind: "Submariner",
    namespace: "submariner-operator",
    name: "submariner",
  };
  const submariner = (): KubeObject => ({
    ...resource,
    metadata: { namespace: resource.namespace, name: resource.name, finalizers: [finalizer], deletionTimestamp: "now" },
    spec: {
      clusterID: "cluster1",
      brokerK8sSecret: "submariner-broker",
      repository: "quay.io/submariner",
      version: "0.24.1",
    },
  });

  it("keeps the resource for good when it is gone itself", async () => {
    const kube = new RunningKube();
    await kube.create(node);
    await kube.create(submariner());
    await once(new SubmarinerOperator(kube, connect));
    deepEqual((await kube.get(resource))?.metadata.finalizers, [finalizer]);
  });

  it("keeps it as long as it cannot sign off, because its credentials went first", async () => {
    const kube = new RunningKube();
    for (const each of [node, deployment("submariner-operator", "submariner-operator"), submariner()])
      await kube.create(each);
    await once(new SubmarinerOperator(kube, connect));
    deepEqual((await kube.get(resource))?.metadata.finalizers, [finalizer]);
  });

  describe("with a broker", () => {
    let broker: BrokerServer;
    beforeEach(async () => {
      broker = await BrokerServer.start();
    });
    afterEach(() => broker.close());

    /** A living operator whose resource is to go, and whose member shows the broker `token`. */
    async function leaving(token: string): Promise<RunningKube> {
      const kube = new RunningKube();
      const going = submariner();
      Object.assign(going.spec as object, {
        brokerK8sApiServer: broker.host,
        brokerK8sRemoteNamespace: "submariner-k8s-broker",
      });
      const credentials = secretObject(resource.namespace, "submariner-broker", {
        token,
        "ca.crt": broker.authority.certificate,
      });
      for (const each of [node, deployment(resource.namespace, "submariner-operator"), credentials, going])
        await kube.create(each);
      return kube;
    }

    it("takes its cluster and endpoint out of it and nobody else's, and then lets the resource go", async () => {
      const kube = await leaving(broker.token);
      await once(new SubmarinerOperator(kube, connect));
      deepEqual([broker.entered, broker.connected], [["cluster2"], ["cluster2"]]);
      equal(await kube.get(resource), undefined);
    });

    it("keeps the resource while the broker refuses it", async () => {
      const kube = await leaving("other");
      await rejects(once(new SubmarinerOperator(kube, connect)), /Unauthorized/);
      deepEqual(broker.entered, ["cluster1", "cluster2"]);
      deepEqual((await kube.get(resource))?.metadata.finalizers, [finalizer]);
    });
  });
});

describe("Calico's operator in the rehearsal", () => {
  const installation = { apiVersion: "operator.tigera.io/v1", kind: "Installation", name: "default" };
  const set = { apiVersion: "apps/v1", kind: "DaemonSet", namespace: "calico-system", name: "calico-node" };

  async function installed(spec: object): Promise<RunningKube> {
    const kube = new RunningKube();
    await kube.create(deployment("tigera-operator", "tigera-operator"));
    await kube.create({ ...installation, metadata: { name: "default" }, spec });
    await once(new CalicoOperator(kube));
    return kube;
  }

  async function statusOf(kube: RunningKube) {
    const found = await kube.get(installation);
    return (found?.status ?? {}) as {
      readonly mtu?: number;
      readonly conditions?: readonly { readonly message: string }[];
    };
  }

  it("networks nodes with the MTU it was told", async () => {
    const pools = [{ name: "pods", cidr: "10.101.0.0/16", encapsulation: "VXLAN" }];
    const kube = await installed({
      cni: { type: "Calico" },
      calicoNetwork: { bgp: "Disabled", mtu: 8420, ipPools: pools },
    });
    ok(await kube.get(set));
    equal((await statusOf(kube)).mtu, 8420);
  });

  for (const [what, spec, message] of [
    ["the VPC CNI", { calicoNetwork: { bgp: "Disabled" } }, /AmazonVPC/],
    [
      "a pool without encapsulation where there is no BGP",
      {
        cni: { type: "Calico" },
        calicoNetwork: { bgp: "Disabled", ipPools: [{ cidr: "10.102.0.0/16", encapsulation: "None" }] },
      },
      /requires that BGP is enabled/,
    ],
  ] as const) {
    it(`installs nothing for ${what}, and says why`, async () => {
      const kube = await installed(spec);
      equal(await kube.get(set), undefined);
      const [condition] = (await statusOf(kube)).conditions ?? [];
      match(condition?.message ?? "", message);
    });
  }
});

describe("kubectl annotate in the rehearsal", () => {
  it("annotates the node of the pod whose init container it is", async () => {
    const kube = new RunningKube();
    await kube.create(node);
    const command = ["kubectl", "annotate", "node", "$(NODE_NAME)", "submariner.io/tcp-clamp-mss=8380", "--overwrite"];
    const spec = { nodeName: "node1", initContainers: [{ command }] };
    const metadata = { namespace: "default", name: "pod", labels: { app: "any" } };
    await kube.create({ apiVersion: "v1", kind: "Pod", metadata, spec });
    await once(new NodeAnnotations(kube, "app=any"));
    const found = await kube.get({ apiVersion: "v1", kind: "Node", name: "node1" });
    deepEqual(found?.metadata.annotations, { "submariner.io/tcp-clamp-mss": "8380" });
  });
});
