/** Clusters that are there before the lab, made in the emulated account. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import type { LoadBalancer } from "../../rehearsal/aws/eks/items";
import { knownSettings } from "../../rehearsal/existing/known";
import { balancersOf, makeExisting, wasThere } from "../../rehearsal/existing/make";
import { type Entry, planExisting, plannedClusters } from "../../rehearsal/existing/plan";
import { eventually, world } from "./eks-fakes";

type World = Awaited<ReturnType<typeof world>>;

const names = ["one", "two"] as const;

function planned(gateways: Entry["gateways"]) {
  return planExisting(
    names.map((name, index) => ({
      name,
      context: `kind-${name}`,
      gateways,
      serviceCidr: "10.96.0.0/16",
      podCidr: `10.${244 + index}.0.0/16`,
      egressCidr: "172.18.0.0/16",
    })),
  );
}

describe("Clusters that are there before the lab, in the account,", () => {
  let lab: World;

  beforeEach(async () => {
    lab = await world({ balancers: balancersOf });
  });
  afterEach(() => lab.eks.close());

  /** Makes them, and tells what is known of each. */
  async function settings(gateways: Entry["gateways"]) {
    const plan = planned(gateways);
    await makeExisting(lab.eks, plan);
    const plane = { kubeconfig: "", hosts: ["api.test", "172.18.0.99"] };
    return plannedClusters(plan).map((cluster) =>
      knownSettings(lab.account, plan.region, { cluster, plane, kubeconfig: "/file" }),
    );
  }

  it("have nodes on one network, whose ports answer peers", async () => {
    const [one, two] = await settings("node-ports");
    deepEqual(one, {
      kubeconfig: "/file",
      podCidr: "172.18.16.0/20",
      nodeCidr: "172.18.16.0/20",
      egressCidr: "172.18.16.0/20",
      endpoint: "https://172.18.0.99",
      addresses: ["172.18.16.5", "172.18.24.5"],
    });
    deepEqual(two?.addresses, ["172.18.32.5", "172.18.40.5"]);
    equal(lab.account.list("vpc").length, 2, "that of the test's own cluster, and theirs");
  });

  it("go out by an address of their own where they have load balancers", async () => {
    const [one, two] = await settings("load-balancer-name");
    match(one?.egressCidr ?? "", /^198\.1[89]\.\d+\.\d+\/32$/);
    ok(one?.egressCidr !== two?.egressCidr);
    equal(one?.endpoint, "https://api.test");
    equal(one?.addresses, undefined);
  });

  it("are made once: whoever takes them over finds them", async () => {
    const before = await settings("node-ports");
    const items = lab.account.leftovers();
    deepEqual(await settings("node-ports"), before);
    deepEqual(lab.account.leftovers(), items);
  });

  it("are told apart from the lab's own", async () => {
    await settings("node-ports");
    const own = await lab.cluster();
    const there = lab.account.list("eks-cluster").filter(wasThere);
    deepEqual(
      there.map(({ description }) => description),
      ["existing-one", "existing-two"],
    );
    equal(balancersOf(own), "name");
  });

  const rows = [
    ["node-ports", undefined],
    ["load-balancer-name", "hostname"],
    ["load-balancer", "ip"],
  ] as const;
  for (const [gateways, field] of rows) {
    it(`give a Service of type LoadBalancer ${field ?? "nothing"} with ${gateways}`, async () => {
      await settings(gateways);
      const [cluster] = lab.account.list("eks-cluster");
      ok(cluster);
      const kube = lab.eks.kube(cluster as Parameters<typeof lab.eks.kube>[0]);
      const ref = { apiVersion: "v1", kind: "Service", name: "gateway", namespace: "mesh" };
      await kube.create({
        ...{ apiVersion: "v1", kind: "Service", metadata: { name: "gateway", namespace: "mesh" } },
        spec: { type: "LoadBalancer", ports: [{ port: 80, nodePort: 30080 }] },
      });
      const balancers = () => lab.account.list<LoadBalancer>("load-balancer");
      if (!field) {
        await lab.account.sleep(60);
        deepEqual(balancers(), []);
        return;
      }
      const ingress = await eventually(async () => {
        const service = await kube.get(ref);
        return (service?.status as { loadBalancer?: { ingress?: object[] } } | undefined)?.loadBalancer?.ingress?.[0];
      });
      ok(field in ingress, JSON.stringify(ingress));
    });
  }
});
