import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubeClient, KubeError, type KubeObject } from "../../checks/kube/client";
import { type ApiAnswer, type ApiRequest, ApiServer, refused, served } from "../support/api-server";

describe("the Kubernetes client", () => {
  let server: ApiServer;
  let asked: ApiRequest[];
  /** What the server answers beyond discovery. */
  let answer: (request: ApiRequest) => ApiAnswer;
  before(async () => {
    server = await ApiServer.start((request) => {
      switch (request.path) {
        case "/api/v1":
          return served(["namespaces", "Namespace", "cluster"]);
        case "/apis/networking.k8s.io/v1":
          return served(["networkpolicies", "NetworkPolicy", "namespace"]);
        case "/apis/apiextensions.k8s.io/v1":
          return served(["customresourcedefinitions", "CustomResourceDefinition", "cluster"]);
        case "/apis/serving.knative.dev/v1":
          return served(["services", "Service", "namespace"]);
        case "/apis/rbac.authorization.k8s.io/v1":
          return served(["clusterroles", "ClusterRole", "cluster"]);
      }
      asked.push(request);
      return answer(request);
    });
  });
  beforeEach(() => {
    asked = [];
    answer = ({ body }) => [200, JSON.parse(body)];
  });
  after(() => server.close());

  const client = () => new KubeClient(server.kubeconfig("token"));
  const namespace = { apiVersion: "v1", kind: "Namespace", name: "boutique" };
  const owner = { fieldManager: "test" };

  const creationTimestamp = "2025-01-01T00:00:00Z";
  const objects: readonly KubeObject[] = [
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "policy", namespace: "boutique", creationTimestamp },
      spec: { ingress: [{ from: [{ podSelector: {} }] }] },
    },
    {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "things.example.com" },
      spec: {
        versions: [
          { schema: { openAPIV3Schema: { default: "a", enum: ["a"], "x-kubernetes-preserve-unknown-fields": true } } },
        ],
      },
    },
    {
      apiVersion: "serving.knative.dev/v1",
      kind: "Service",
      metadata: { name: "other", namespace: "boutique" },
      spec: { template: {} },
    },
  ];
  for (const object of objects) {
    it(`sends and gives a ${object.kind} of ${object.apiVersion} as it is`, async () => {
      deepEqual(await client().create(object), object);
      deepEqual(await client().apply(object, owner), object);
      answer = ({ method }) => (method === "GET" ? [200, object] : refused(405, "MethodNotAllowed"));
      deepEqual(await client().get({ ...object, ...object.metadata }), object);
    });
  }

  it("gives the items of a list their kind", async () => {
    const kind = { apiVersion: "v1", kind: "Namespace" };
    answer = () => [200, { items: [{ metadata: { name: "one", creationTimestamp } }] }];
    const found = await client().list(kind.apiVersion, kind.kind, { labelSelector: "a=b", fieldSelector: "c=d" });
    deepEqual(found, [{ ...kind, metadata: { name: "one", creationTimestamp } }]);
    deepEqual(
      asked.map(({ path, query }) => [path, query.get("labelSelector"), query.get("fieldSelector")]),
      [["/api/v1/namespaces", "a=b", "c=d"]],
    );
  });

  it("keeps capitals in the name of an object", async () => {
    const role = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", name: "Reader:of/All" };
    await client().mergePatch(role, {}, { subresource: "status" });
    equal(asked[0]?.path, "/apis/rbac.authorization.k8s.io/v1/clusterroles/Reader%3Aof%2FAll/status");
  });

  it("applies by what it is told", async () => {
    const object: KubeObject = { apiVersion: "v1", kind: "Namespace", metadata: { name: "one" } };
    await client().apply(object, { ...owner, force: true, dryRun: true });
    await client().apply(object, owner);
    deepEqual(
      asked.map(({ query }) => `${query}`),
      ["fieldManager=test&force=true&dryRun=All", "fieldManager=test"],
    );
  });

  it("finds nothing where the object or its kind is absent, and makes nothing there", async () => {
    answer = () => refused(404, "NotFound");
    equal(await client().get(namespace), undefined);
    await client().delete(namespace);
    const unserved = { apiVersion: "example.com/v1", kind: "Thing", name: "one" };
    equal(await client().get(unserved), undefined);
    deepEqual(await client().list("example.com/v1", "Thing"), []);
    await client().delete(unserved);
    await rejects(client().create({ ...unserved, metadata: { name: "one" } }), { status: 404, reason: "NoMatch" });
  });

  it("throws what the API server says", async () => {
    const causes = [{ reason: "FieldManagerConflict", field: ".spec" }];
    answer = () => [409, { reason: "Conflict", message: "there was a conflict", details: { causes } }];
    const expected = new KubeError(409, "Conflict", "there was a conflict", causes);
    await rejects(client().get(namespace), expected);
  });

  it("asks again when it is told to", async () => {
    answer = () => (asked.length === 1 ? [429, {}, { "Retry-After": "1" }] : [200, namespace]);
    deepEqual(await client().get(namespace), namespace);
  });

  it("keeps what a plugin gave until it is refused", async () => {
    const folder = mkdtempSync(join(tmpdir(), "kube-client-"));
    const credential = join(folder, "credential.json");
    const hands = (token: string) => writeFileSync(credential, JSON.stringify({ status: { token } }));
    const exec = { apiVersion: "client.authentication.k8s.io/v1beta1", command: "cat", args: [credential] };
    const kubeconfig = JSON.parse(server.kubeconfig(""));
    const kube = new KubeClient(JSON.stringify({ ...kubeconfig, users: [{ name: "api", user: { exec } }] }));
    answer = ({ token }) => (asked.length > 2 && token === "first" ? refused(401, "Unauthorized") : [200, namespace]);
    hands("first");
    await kube.get(namespace);
    hands("second");
    await kube.get(namespace);
    await kube.get(namespace);
    rmSync(folder, { recursive: true });
    deepEqual(
      asked.map(({ token }) => token),
      ["first", "first", "first", "second"],
    );
  });

  it("makes one connection for many requests", async () => {
    const kube = client();
    const before = server.connections;
    answer = () => [200, namespace];
    for (let request = 0; request < 20; request++) await kube.get(namespace);
    equal(server.connections, before + 1);
  });

  it("tells a cluster that gives no answer from one that refuses", async () => {
    const nobody = server.kubeconfig("token").replace(/127\.0\.0\.1:\d+/, "127.0.0.1:1");
    for (const kubeconfig of [nobody, "{}", "no: [kubeconfig"]) {
      const error = await new KubeClient(kubeconfig).get(namespace).catch((thrown: unknown) => thrown);
      ok(error instanceof KubeError && error.unreachable, `${error}`);
    }
  });
});
