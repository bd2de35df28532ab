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
    spec: { selector: { matchExpressions: [{ key: "app", operator: "In", values: [app] }] } },
    status: { disruptionsAllowed },
  };
}

describe("draining of nodes", () => {
  /** What is left of the objects, and the seconds that it took. */
  async function drained(...objects: readonly KubeObject[]) {
    const kube = new RunningKube();
    for (const each of objects) await kube.create(each);
    let seconds = 0;
    const time = {
      now: () => seconds,
      sleep: async (pause: number) => {
        seconds += pause;
      },
    };
    await drain(kube, ["one"], time);
    const names = async (kind: string) => (await kube.list("v1", kind)).map(({ metadata }) => metadata.name);
    return { nodes: await names("Node"), pods: await names("Pod"), seconds };
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

  it("takes no more pods than a budget allows", async () => {
    const replica = (name: string) => pod(name, "one", { labels: { app: "a" } });
    const { pods, seconds } = await drained(node("one"), replica("a1"), replica("a2"), budget("a", 1));
    deepEqual(pods, []);
    ok(seconds > 0, "both went at once");
  });
});
