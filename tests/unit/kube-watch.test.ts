import { deepEqual, equal, ok } from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { KubeClient } from "../../checks/kube/client";
import { ApiServer, type ServedKind, served } from "../support/api-server";

describe("a watch", () => {
  let server: ApiServer;
  let kinds: ServedKind[] = [];
  const asked: string[] = [];
  const stopping = new AbortController();
  let told = 0;
  let ended: Promise<void>;
  before(async () => {
    server = await ApiServer.start(({ path, query }) => {
      if (path === "/api/v1") return served(...kinds);
      asked.push(`${path} ${query.get("watch")}`);
      return [200, { type: "ADDED", object: {} }];
    });
    const kube = new KubeClient(server.kubeconfig("token"));
    ended = kube.watch("v1", "Service", () => told++, stopping.signal);
  });
  after(() => server.close());

  async function soon(what: () => boolean): Promise<void> {
    for (let n = 0; n < 100 && !what(); n++) await sleep(50);
  }

  it("waits for its kind to be served", async () => {
    await sleep(300);
    equal(told, 0);
    kinds = [["services", "Service", "namespace"]];
    await soon(() => told > 0);
    ok(told > 0, "nothing was told");
  });

  it("begins anew when the server ends it", async () => {
    await soon(() => told > 1);
    ok(told > 1, "it was not begun again");
    deepEqual([...new Set(asked)], ["/api/v1/services true"]);
  });

  it("ends when it is told to", async () => {
    stopping.abort();
    await ended;
  });
});
