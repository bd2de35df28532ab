import { deepEqual, equal } from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { configDifference, kubernetesConfig } from "../../rehearsal/providers/kubernetes/config";
import { activeCluster } from "../../rehearsal/providers/kubernetes/kubeconfig";

/** Two clusters, of which `one` is the current one. */
const content = stringify({
  apiVersion: "v1",
  kind: "Config",
  clusters: ["one", "two"].map((name) => ({ name, cluster: { server: `https://${name}.test` } })),
  users: [{ name: "admin", user: { token: "t" } }],
  contexts: ["one", "two"].map((name) => ({ name: `kind-${name}`, context: { cluster: name, user: "admin" } })),
  "current-context": "kind-one",
});

describe("The kubeconfig of the kubernetes provider's stand-in", () => {
  let folder = "";
  let path = "";

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
    path = join(folder, "config");
    writeFileSync(path, content);
  });
  after(() => rmSync(folder, { recursive: true }));

  const serverOf = (settings: Parameters<typeof activeCluster>[0]) => activeCluster(settings)?.server;

  it("is given by its content, or by the path of a file", () => {
    for (const kubeconfig of [content, path, parse(content)]) {
      equal(serverOf({ kubeconfig }), "https://one.test");
    }
  });

  it("leads to the context that the settings name, or to their cluster", () => {
    for (const kubeconfig of [content, path]) {
      equal(serverOf({ kubeconfig, context: "kind-two" }), "https://two.test");
      equal(serverOf({ kubeconfig, cluster: "two" }), "https://two.test");
    }
  });

  it("leads nowhere where there is no such context", () => {
    equal(serverOf({ kubeconfig: path, context: "kind-three" }), undefined);
    equal(serverOf({ kubeconfig: join(folder, "none") }), undefined);
  });

  it("is handed to helm with the context that was chosen", () => {
    const { kubeconfig } = kubernetesConfig({ kubeconfig: path, context: "kind-two" });
    equal(parse(kubeconfig)["current-context"], "kind-two");
  });

  it("is another cluster's with another context, and not with the same content elsewhere", () => {
    const other = join(folder, "other");
    writeFileSync(other, content);
    const replaces = (news: object) =>
      configDifference({ kubeconfig: path, context: "kind-one" }, { kubeconfig: path, context: "kind-one", ...news })
        .replaces;
    deepEqual(replaces({ context: "kind-two" }), ["context"]);
    deepEqual(replaces({ kubeconfig: other }), []);
  });
});
