import { deepEqual, rejects } from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LogFile, logsFolder } from "../../rehearsal/base/log-file";
import { loggedKube } from "../../rehearsal/ground/logged-kube";
import { ApiServer, refused, served } from "../support/api-server";

describe("the log of what controllers do in a cluster", () => {
  const scratch = mkdtempSync(join(tmpdir(), "logged-kube-"));
  let refuses = false;
  let server: ApiServer;
  before(async () => {
    server = await ApiServer.start(({ method, path }) => {
      if (path === "/api/v1") return served(["configmaps", "ConfigMap", "namespace"]);
      if (refuses) return refused(403, "Forbidden");
      return method === "POST" ? [201, {}] : [200, { items: [] }];
    });
  });
  after(() => {
    server.close();
    rmSync(scratch, { recursive: true });
  });

  it("has writes and refusals, each when it is another than before", async () => {
    const kube = loggedKube(server.kubeconfig("token"), new LogFile(scratch, "controllers.log"));
    const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: "ns", name: "one" } };
    const look = async () => {
      await kube.list("v1", "ConfigMap");
      await kube.create(object);
    };
    await look();
    await look();
    refuses = true;
    await rejects(kube.list("v1", "ConfigMap"));
    await rejects(kube.create(object));
    await rejects(kube.create(object));
    refuses = false;
    await look();

    const lines = readFileSync(join(logsFolder(scratch), "controllers.log"), "utf8")
      .trimEnd()
      .split("\n");
    deepEqual(
      // Without the time, and without what the server says of itself.
      lines.map((line) => /^\S+Z (.*?: \S+)/.exec(line)?.[1]),
      [
        "api create v1 ConfigMap ns/one: done",
        "api list v1 ConfigMap: 403",
        "api create v1 ConfigMap ns/one: 403",
        "api list v1 ConfigMap: answered",
        "api create v1 ConfigMap ns/one: done",
      ],
    );
  });
});
