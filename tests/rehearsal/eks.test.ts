/** The emulated EKS on a real control plane: nodes, add-ons and a load balancer come and go without leaving anything. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubeClient } from "../../checks/kube/client";
import { createAddon, deleteAddon } from "../../rehearsal/aws/eks/addons";
import { deleteCluster } from "../../rehearsal/aws/eks/clusters";
import { deleteNodeGroup } from "../../rehearsal/aws/eks/node-groups";
import { ControlPlanes } from "../../rehearsal/control-planes/control-planes";
import { region, world } from "../aws/eks-fakes";
import { needTools } from "../support/tools";

describe("emulated EKS on a real control plane", function () {
  this.timeout(180_000);
  let scratch = "";
  let planes: ControlPlanes | undefined;
  let lab: Awaited<ReturnType<typeof world>> | undefined;

  before(async function () {
    const tools = await needTools(this);
    scratch = await mkdtemp(join(tmpdir(), "eks-"));
    planes = new ControlPlanes(tools, scratch);
  });

  after(async () => {
    await lab?.eks.close();
    planes?.closeAll();
    if (scratch) await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  });

  it("goes up and down", async () => {
    assert.ok(planes);
    lab = await world({
      controlPlanes: planes,
      connect: (kubeconfig) => new KubeClient(kubeconfig),
      speed: 600,
    });
    const { eks, account } = lab;
    const before = account.leftovers();
    const cluster = await lab.cluster();
    const kube = eks.kube(cluster);
    const addon = (addonName: string) =>
      createAddon(eks, region, {
        clusterName: "one",
        addonName,
        version: undefined,
        configurationValues: undefined,
        serviceAccountRoleArn: undefined,
        podIdentities: [],
        resolveConflicts: "OVERWRITE",
        tags: {},
      });
    const cni = await addon("vpc-cni");
    assert.equal(cni.state, "ACTIVE");
    const taints = [{ key: "node.cilium.io/agent-not-ready", value: "true", effect: "NoExecute" }];
    const nodes = await lab.nodes({ labels: { team: "mesh" } });
    assert.equal(nodes.state, "ACTIVE", JSON.stringify(nodes.issues));
    const [node] = await kube.list("v1", "Node", { labelSelector: "team=mesh" });
    assert.ok(node);
    const { addresses, capacity } = node.status as {
      addresses: { type: string; address: string }[];
      capacity: Record<string, string>;
    };
    assert.match(addresses.find(({ type }) => type === "InternalIP")?.address ?? "", /^10\.0\./);
    assert.equal(capacity.pods, "29");
    for (const name of ["kube-proxy", "coredns", "eks-pod-identity-agent", "aws-ebs-csi-driver"]) {
      const made = await addon(name);
      assert.equal(made.state, "ACTIVE", `${name}: ${JSON.stringify(made.issues)}`);
    }

    const service = { apiVersion: "v1", kind: "Service", name: "gateway", namespace: "default" };
    await kube.create({
      apiVersion: "v1",
      kind: "Service",
      metadata: {
        name: "gateway",
        namespace: "default",
        annotations: { "service.beta.kubernetes.io/aws-load-balancer-type": "nlb" },
      },
      spec: { type: "LoadBalancer", ports: [{ port: 15443 }], selector: { app: "gateway" } },
    });
    const hostname = async () => {
      const status = (await kube.get(service))?.status as { loadBalancer: { ingress?: { hostname: string }[] } };
      return status.loadBalancer.ingress?.[0]?.hostname;
    };
    for (let attempt = 0; attempt < 200 && !(await hostname()); attempt++) await pause();
    assert.match((await hostname()) ?? "", /\.elb\.eu-west-1\.amazonaws\.com$/);
    await kube.delete(service);
    for (let attempt = 0; attempt < 200 && (await kube.get(service)); attempt++) await pause();
    assert.equal(await kube.get(service), undefined);

    // A Node that Cilium keeps to itself until its agent is there.
    await kube.create({
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name: "cilium", namespace: "kube-system" },
      spec: {
        selector: { matchLabels: { "k8s-app": "cilium" } },
        template: {
          metadata: { labels: { "k8s-app": "cilium" } },
          spec: { tolerations: [{ operator: "Exists" }], containers: [{ name: "agent", image: "cilium" }] },
        },
      },
    });
    const tainted = await lab.nodes({ name: "tainted", taints, scaling: { minSize: 1, desiredSize: 1, maxSize: 1 } });
    const taintsLeft = async () => {
      const [found] = await kube.list("v1", "Node", { labelSelector: "eks.amazonaws.com/nodegroup=tainted" });
      return (found?.spec as { taints?: { key: string }[] } | undefined)?.taints ?? [];
    };
    for (let attempt = 0; attempt < 200 && (await taintsLeft()).length > 0; attempt++) await pause();
    assert.deepEqual(await taintsLeft(), []);

    await deleteNodeGroup(eks, tainted);
    await deleteNodeGroup(eks, nodes);
    assert.deepEqual(await kube.list("v1", "Node"), []);
    await deleteAddon(eks, cni, false);
    await deleteCluster(eks, cluster);
    assert.deepEqual(account.leftovers(), before);
  });
});

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}
