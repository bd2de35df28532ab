import { deepEqual, equal, ok } from "node:assert/strict";
import { drain } from "../../rehearsal/aws/cluster/drain";
import type { KubeObject } from "../../rehearsal/aws/cluster/kube";
import { RunningKube } from "../support/kube";

const node = (name: string): KubeObject => ({ apiVersion: "v1", kind: "Node", metadata: { name } });

function pod(name: string, nodeName: string, more: Partial<KubeObject["metadata"]> = {}): KubeObject {
  const metadata = { name, namespace: "mesh", labels: { app: name }, ...more };
  return { apiVersion: "v1", kind: "Pod", metadata, spec: { nodeName } };
}

function budget(app: string, disruptionsAllowed: number): KubeObject {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: app, namespace: "mesh" },
    spec: { selector: { matchLabels: { app } } },
    status: { disruptionsAllowed },
  };
}

describe("draining of nodes", () => {
  /** What is left of the objects, and the seconds that it took. */
  async function drained(...objects: readonly KubeObject[]) {
    return drainedBy(true, objects);
  }

  async function drainedBy(force: boolean, objects: readonly KubeObject[]) {
    const kube = new RunningKube();
    for (const each of objects) await kube.create(each);
    let seconds = 0;
    const time = {
      now: () => seconds,
      sleep: async (pause: number) => {
        seconds += pause;
        // The disruption controller allows the next one when the last has been replaced.
        for (const each of kube.all("PodDisruptionBudget")) {
          const { replenished, status } = each as unknown as {
            replenished?: number;
            status: { disruptionsAllowed: number };
          };
          status.disruptionsAllowed = replenished ?? status.disruptionsAllowed;
        }
      },
    };
    const stuck = await drain(kube, ["one"], time, force);
    const names = async (kind: string) => (await kube.list("v1", kind)).map(({ metadata }) => metadata.name);
    return { nodes: await names("Node"), pods: await names("Pod"), seconds, stuck };
  }

  it("takes pods off the nodes and no others, and leaves those of DaemonSets", async () => {
    const agent = pod("agent", "one", { ownerReferences: [{ kind: "DaemonSet" }] });
    const { nodes, pods } = await drained(node("one"), node("two"), pod("a", "one"), pod("b", "two"), agent);
    deepEqual([nodes, pods], [["two"], ["b", "agent"]]);
  });

  it("waits for a budget that allows nothing, and goes on without it after ten minutes", async () => {
    const { nodes, pods, seconds } = await drained(node("one"), pod("a", "one"), pod("b", "one"), budget("a", 0));
    deepEqual([nodes, pods], [[], ["a"]]);
    equal(seconds, 600);
  });

  it("keeps the node where it must not take what a budget keeps, after a quarter of an hour", async () => {
    const { nodes, seconds, stuck } = await drainedBy(false, [node("one"), pod("a", "one"), budget("a", 0)]);
    deepEqual([nodes, seconds, stuck], [["one"], 900, ["mesh/a"]]);
  });

  it("takes no more pods than a budget allows", async () => {
    const replica = (name: string) => pod(name, "one", { labels: { app: "a" } });
    const one = { ...budget("a", 1), replenished: 1 };
    const { pods, seconds } = await drained(node("one"), replica("a1"), replica("a2"), one);
    deepEqual(pods, []);
    ok(seconds > 0, "both went at once");
  });
});
