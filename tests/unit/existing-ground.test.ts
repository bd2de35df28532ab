/** Clusters that are there before the lab: how the ground plans them, and what it tells of them afterwards. */
import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { parse } from "yaml";
import type { ListedKind } from "../../checks/kube/client";
import { overlaps } from "../../components/base/cidr";
import { addedTo, contentsOf } from "../../rehearsal/existing/contents";
import { kubeconfigFiles } from "../../rehearsal/existing/known";
import { controlPlaneName } from "../../rehearsal/existing/names";
import { type Entry, planExisting, plannedClusters } from "../../rehearsal/existing/plan";
import { FakeKube } from "../support/kube";

function entry(name: string, change: Partial<Entry> = {}): Entry {
  return {
    name,
    context: `kind-${name}`,
    gateways: "node-ports",
    serviceCidr: "10.96.0.0/16",
    podCidr: "10.244.0.0/16",
    egressCidr: "172.18.0.0/16",
    addresses: ["172.18.0.2"],
    ...change,
  };
}

function onAws(name: string, change: Partial<Entry> = {}): Entry {
  return { name, region: "us-east-1", vpcCidr: "10.1.0.0/16", serviceCidr: "172.20.0.0/16", ...change };
}

describe("Clusters that are there before the lab", () => {
  describe("are planned", () => {
    it("with none, where the lab makes all of its clusters", () => {
      deepEqual(planExisting([onAws("a")]).networks, []);
    });

    it("on the network that they say they are on, where peers come to node ports", () => {
      const { networks } = planExisting([entry("one"), entry("two")]);
      deepEqual(
        networks.map(({ cidr }) => cidr),
        ["172.18.0.0/16"],
      );
      const [one, two] = plannedClusters({ region: "", networks });
      ok(one && two && !overlaps(one.cidr, two.cidr));
      equal(one.serviceCidr, "10.96.0.0/16");
    });

    it("each on a network of its own, which is that of its pods, where they have load balancers", () => {
      const gateways = "load-balancer-name";
      const { networks } = planExisting([
        entry("one", { gateways }),
        entry("two", { gateways, podCidr: "10.245.0.0/16" }),
      ]);
      deepEqual(
        networks.map(({ cidr }) => cidr),
        ["10.244.0.0/16", "10.245.0.0/16"],
      );
    });

    it("elsewhere, where a network cannot be theirs", () => {
      const gateways = "load-balancer";
      const taken = [onAws("a", { vpcCidr: "10.244.0.0/16" }), onAws("b", { podCidr: "172.18.0.0/16" })];
      const small = entry("two", { gateways, podCidr: "10.250.0.0/24" });
      const cidrs = planExisting([...taken, entry("one", { gateways }), small]).networks.map(({ cidr }) => cidr);
      deepEqual(cidrs, ["172.19.0.0/16", "172.21.0.0/16"]);
    });

    it("in a region in which the lab has nothing", () => {
      const gateways = "load-balancer-name";
      const { region } = planExisting([onAws("a"), entry("one", { gateways })]);
      ok(region !== "" && region !== "us-east-1");
    });

    it("with a node for each address, and no fewer than there are zones", () => {
      const addresses = ["172.18.0.2", "172.18.0.3", "172.18.0.4"];
      const nodes = plannedClusters(planExisting([entry("one"), entry("two", { addresses })])).map(
        (each) => each.nodes,
      );
      deepEqual(nodes, [2, 3]);
    });

    it("the same whenever they are planned", () => {
      const entries = [entry("one"), entry("two")];
      deepEqual(planExisting(entries), planExisting(entries));
    });

    it("not with node ports, where a peer is not on their network", () => {
      for (const peer of [onAws("far"), entry("far", { gateways: "load-balancer" })]) {
        throws(() => planExisting([entry("one"), peer]), /far is not on that of one/);
      }
    });
  });

  it("have control planes of a name of their own, and those of EKS have EKS's", () => {
    equal(controlPlaneName({ name: "one" }), "existing-one");
    equal(controlPlaneName({ name: "one", eksName: "dev-one" }), "dev-one");
  });

  it("are found by their contexts, those of one kubeconfig in one file", () => {
    const plan = planExisting([entry("one"), entry("two"), entry("three", { kubeconfig: "/home/me/other" })]);
    const kubeconfigOf = (name: string) =>
      JSON.stringify({
        clusters: [{ name, cluster: { server: `https://${name}` } }],
        users: [{ name, user: {} }],
        contexts: [{ name, context: { cluster: name, user: name } }],
        "current-context": name,
      });
    const files = kubeconfigFiles(plan, kubeconfigOf);
    deepEqual(
      files.map(({ clusters }) => clusters),
      [["one", "two"], ["three"]],
    );
    const { contexts } = parse(files[0]?.text ?? "");
    deepEqual(contexts, [
      { name: "kind-one", context: { cluster: "existing-one", user: "existing-one" } },
      { name: "kind-two", context: { cluster: "existing-two", user: "existing-two" } },
    ]);
  });

  describe("hold, when the lab has gone,", () => {
    const kinds: ListedKind[] = [
      { apiVersion: "v1", kind: "Namespace", resource: "namespaces" },
      { apiVersion: "v1", kind: "ConfigMap", resource: "configmaps" },
      { apiVersion: "v1", kind: "Event", resource: "events" },
      {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        resource: "customresourcedefinitions",
      },
    ];
    const kube = Object.assign(new FakeKube(), { kinds: async () => kinds });
    const look = () => contentsOf(kube);
    const make = (apiVersion: string, kind: string, name: string, more: object = {}) =>
      kube.create({ apiVersion, kind, metadata: { name, ...more } });
    let before: readonly string[] = [];

    beforeEach(async () => {
      before = await look();
    });

    it("nothing that is told, where it left nothing; what passes is not told", async () => {
      await make("v1", "Event", "started", { namespace: "default" });
      deepEqual(addedTo(before, await look()), []);
    });

    it("a namespace, which is told without what lies in it", async () => {
      await make("v1", "Namespace", "mesh");
      await make("v1", "ConfigMap", "settings", { namespace: "mesh" });
      deepEqual(addedTo(before, await look()), ["Namespace mesh"]);
    });

    it("an object in a namespace that was there, which is told with it", async () => {
      await make("v1", "ConfigMap", "settings", { namespace: "default" });
      deepEqual(addedTo(before, await look()), ["ConfigMap default/settings"]);
    });
  });
});
