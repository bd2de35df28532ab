import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { KubeClient } from "../../checks/kube/client";
import { environmentProxy, noProxy, proxiesOf, withProxy } from "../../checks/kube/proxy";
import { type ApiRequest, ApiServer, refused, served } from "../support/api-server";
import { ConnectProxy } from "../support/connect-proxy";

const pod = { namespace: "boutique", name: "redis" };
const success = JSON.stringify({ status: "Success" });
/** A name of which nobody's resolver knows anything. */
const elsewhere = "https://api.cluster.invalid:443";

describe("what the Kubernetes client asks of pods, and by proxies", () => {
  let server: ApiServer;
  let proxy: ConnectProxy;
  let asked: ApiRequest[];
  beforeEach(async () => {
    asked = [];
    server = await ApiServer.start((request) => {
      asked.push(request);
      if (request.path === "/api/v1") return served(["pods", "Pod", "namespace"]);
      if (request.path.endsWith("/log")) return [200, { line: "ready" }];
      if (request.path.endsWith("/pods")) return [200, { items: [] }];
      return refused(404, "NotFound");
    });
    proxy = await ConnectProxy.start(() => server.host);
  });
  afterEach(() => {
    proxy.close();
    server.close();
  });

  const direct = () => new KubeClient(server.kubeconfig("token"));
  /** The certificate has another name. */
  const distant = { server: elsewhere, "tls-server-name": "api" };

  describe("a question to what a pod serves", () => {
    const serving = (status: string, body: string) => (question: string) => {
      match(question, /^GET \/metrics\?a=b HTTP\/1\.1\r\n/);
      return `HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    };
    const ask = () => direct().getFromPod(pod, 9999, "/metrics?a=b");

    it("gives the answer's body", async () => {
      server.podAnswer = serving("200 OK", "gateway_alive 1\n");
      equal(await ask(), "gateway_alive 1\n");
    });

    it("throws an answer that is no success", async () => {
      server.podAnswer = serving("503 Service Unavailable", "");
      await rejects(ask(), { status: 503, message: "boutique/redis:9999/metrics?a=b: HTTP 503" });
    });

    it("throws when there is no way to the pod", async () => {
      await rejects(ask(), /boutique\/redis:9999/);
    });

    it("throws when the pod closes without an answer", async () => {
      server.podAnswer = () => "no HTTP at all\r\n\r\n";
      await rejects(ask(), /boutique\/redis:9999/);
    });
  });

  describe("exec", () => {
    it("gives what the command wrote, and how it ended", async () => {
      server.exec = (command, say) => {
        say(1, `${command.join(" ")}\n`);
        say(2, "careful\n");
        say(1, "done");
        say(3, success);
      };
      const found = await direct().exec(pod, "server", ["redis-cli", "get", "a b"]);
      deepEqual(found, { stdout: "redis-cli get a b\ndone", stderr: "careful\n", exitCode: 0 });
    });

    it("gives the exit code of a command that ends badly", async () => {
      const details = { causes: [{ reason: "ExitCode", message: "7" }] };
      server.exec = (_command, say) =>
        say(3, JSON.stringify({ status: "Failure", reason: "NonZeroExitCode", message: "exit 7", details }));
      equal((await direct().exec(pod, "server", ["false"])).exitCode, 7);
    });

    it("throws what keeps the command from being run", async () => {
      server.exec = (_command, say) =>
        say(3, JSON.stringify({ status: "Failure", reason: "InternalError", message: "no such program", code: 500 }));
      await rejects(direct().exec(pod, "server", ["nothing"]), { status: 500, message: "no such program" });
    });

    it("throws the status of a refusal", async () => {
      await rejects(direct().exec(pod, "server", ["true"]), { status: 403, message: /exec is answered by HTTP 403/ });
    });

    it("waits no longer than it is told", async () => {
      server.exec = () => {};
      await rejects(direct().exec(pod, "server", ["sleep"], { timeout: 0.2 }), {
        status: 0,
        reason: "Timeout",
        message: "redis: sleep did not end within 0.2 s",
      });
    });

    it("tells a server that is gone from one that refuses", async () => {
      const client = direct();
      server.close();
      await rejects(client.exec(pod, "server", ["true"]), { status: 0, reason: "ECONNREFUSED" });
    });

    it("goes by the proxy of the kubeconfig", async () => {
      server.exec = (_command, say) => say(3, success);
      const kube = new KubeClient(server.kubeconfig("token", { ...distant, "proxy-url": proxy.url }));
      equal((await kube.exec(pod, "server", ["true"])).exitCode, 0);
      deepEqual(proxy.asked, ["api.cluster.invalid:443"]);
    });
  });

  it("reads the last lines of a container's log", async () => {
    match(await direct().logs(pod, "server", { tailLines: 5 }), /ready/);
    const { path, query } = asked.at(-1) ?? {};
    deepEqual([path, `${query}`], ["/api/v1/namespaces/boutique/pods/redis/log", "container=server&tailLines=5"]);
  });

  it("makes one connection by a proxy for many requests", async () => {
    const kube = new KubeClient(withProxy(server.kubeconfig("token", distant), () => proxy.url));
    for (let request = 0; request < 5; request++) await kube.list("v1", "Pod");
    deepEqual(proxy.asked, ["api.cluster.invalid:443"]);
  });

  it("says which server it cannot reach when there is no proxy", async () => {
    const kube = new KubeClient(server.kubeconfig("token", { ...distant, "proxy-url": "http://127.0.0.1:1" }));
    await rejects(kube.list("v1", "Pod"), { status: 0, message: /api\.cluster\.invalid/ });
  });

  it("leaves a proxy alone that the kubeconfig names", () => {
    const own = server.kubeconfig("token", { "proxy-url": "http://own:1" });
    match(
      withProxy(own, () => "http://other:1"),
      /proxy-url: http:\/\/own:1/,
    );
  });

  it("comes to a server with other credentials by the proxy that a kubeconfig names for it", () => {
    const named = server.kubeconfig("token", { ...distant, "proxy-url": "http://own:1" });
    const way = proxiesOf([named, server.kubeconfig("token")], () => "http://other:1");
    deepEqual([way(`${elsewhere}/`), way("https://elsewhere.example")], ["http://own:1", "http://other:1"]);
    equal(proxiesOf([], noProxy)(elsewhere), undefined);
  });

  describe("the environment's proxy", () => {
    const cluster = "https://ABC.gr7.us-east-1.eks.amazonaws.com";
    const of = (NO_PROXY: string, server = cluster) =>
      environmentProxy({ HTTPS_PROXY: "proxy.example:3128", NO_PROXY })(server);

    it("is none unless one is named", () => equal(environmentProxy({})(cluster), undefined));

    it("may be named in lower case", () =>
      equal(environmentProxy({ https_proxy: "https://proxy.example" })(cluster), "https://proxy.example"));

    for (const [excluded, server = cluster] of [
      ["*"],
      ["amazonaws.com"],
      [".amazonaws.com"],
      ["*.eks.amazonaws.com"],
      ["other.example, abc.gr7.us-east-1.eks.amazonaws.com:443"],
      ["10.0.0.0/8", "https://10.1.2.3"],
      ["10.1.2.3", "https://10.1.2.3:6443"],
      ["", "https://localhost:6443"],
      ["", "https://127.0.0.2:6443"],
      ["", "https://[::1]:6443"],
      ["fd00::/8", "https://[fd00::1]"],
    ]) {
      it(`is not for ${server} with NO_PROXY=${excluded}`, () => equal(of(excluded ?? "", server), undefined));
    }

    for (const [excluded, server = cluster] of [
      [""],
      ["example.com"],
      ["com:8443"],
      ["zonaws.com"],
      ["10.0.0.0/8", "https://11.1.2.3"],
      ["nonsense/8", "https://10.1.2.3"],
    ]) {
      it(`is for ${server} with NO_PROXY=${excluded}`, () =>
        equal(of(excluded ?? "", server), "http://proxy.example:3128"));
    }
  });
});
