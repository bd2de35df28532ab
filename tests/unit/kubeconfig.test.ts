import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { parse } from "yaml";
import { lookingAt } from "../../checks/run/kubeconfig";
import { kubeconfigsIn } from "../../checks/run/live-lab";
import { mergedKubeconfig } from "../../checks/run/merged-kubeconfig";
import { backendNames, backendProfiles } from "../../components/backends/profiles";
import type { LabDescription } from "../../components/lab/description";

const single = (server: string) =>
  JSON.stringify({
    clusters: [{ name: "eks", cluster: { server } }],
    users: [{ name: "eks", user: { token: `token of ${server}` } }],
    contexts: [{ name: "eks", context: { cluster: "eks", user: "eks" } }],
    "current-context": "eks",
  });

const lab = {
  backend: "istio",
  clusters: { one: { endpoint: "https://one" }, two: { endpoint: "https://two" } },
  naming: [{ service: "redis-cart", address: "redis-cart.boutique.svc.cluster.local:6379" }],
  demo: { url: "http://shop" },
} as unknown as LabDescription;

describe("npm run kubeconfig", () => {
  it("makes one of all clusters', with their names for contexts, though each calls itself the same", () => {
    const merged = parse(mergedKubeconfig({ one: single("https://one"), two: single("https://two") }));
    deepEqual(
      merged.contexts.map(({ name, context }: { name: string; context: object }) => [name, context]),
      ["one", "two"].map((name) => [name, { cluster: name, user: name }]),
    );
    equal(merged["current-context"], "one");
    for (const name of ["one", "two"]) {
      const of = (list: { name: string }[]) => list.find((each) => each.name === name);
      deepEqual(of(merged.clusters), { name, cluster: { server: `https://${name}` } });
      deepEqual(of(merged.users), { name, user: { token: `token of https://${name}` } });
    }
  });

  it("says which cluster it has none of, and what to do", () => {
    throws(
      () => kubeconfigsIn({ lab, kubeconfigs: { one: single("https://one") } }),
      /no kubeconfig of two.*--kubeconfig/,
    );
  });

  it("tells where people come in, under which names Services are called, and what shows the backend at work", () => {
    const lines = lookingAt({ lab, kubeconfigs: {} }, "/folder/kubeconfig-dev.yaml");
    for (const wanted of [
      "export KUBECONFIG=/folder/kubeconfig-dev.yaml",
      "the shop: http://shop",
      "  redis-cart  redis-cart.boutique.svc.cluster.local:6379",
      "  istioctl --context one remote-clusters",
    ]) {
      ok(lines.includes(wanted), `${wanted} is not in\n${lines.join("\n")}`);
    }
  });

  for (const backend of backendNames) {
    it(`has commands of ${backend} that name the context`, () => {
      const commands = backendProfiles[backend].commands("some-context");
      ok(commands.length > 0);
      for (const { command, shows } of commands) {
        ok(command.includes("--context some-context"), command);
        ok(shows.length > 0);
      }
    });
  }
});
