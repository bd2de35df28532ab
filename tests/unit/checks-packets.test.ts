import { deepEqual, equal, match, ok } from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { promisify } from "node:util";
import { endpointsOf, usedSince } from "../../checks/common/istio/way";
import { realPod } from "../../checks/common/real-pods";
import { replication } from "../../checks/demo/replication";
import { packetSize, socketsIn } from "../../checks/istio/mtu";
import type { TlsFindings } from "../../checks/istio/tls-probe.mjs";
import { mutualTls } from "../../checks/istio/wire";
import type { KubeObject } from "../../checks/kube/client";
import { grpcCalls, httpCalls } from "../../checks/probes/calls";
import { checkLines } from "../../checks/run/lines";
import { type Issued, intermediate, leaf, rootAuthority } from "../support/certificates";
import { type Breakage, type ClusterName, clusterNames, describeCheck, type FakeLab, fakeLab } from "../support/checks";
import { FakeKube } from "../support/kube";

const run = promisify(execFile);
const namespace = "boutique";
const host = "redis-cart.boutique.svc.cluster.local";
const probes = {
  namespace: "probes",
  caller: { app: "probe-http", container: "server" },
  targets: [
    { protocol: "http" as const, host: "probe-http.probes", port: 80, from: [...clusterNames], on: [...clusterNames] },
    { protocol: "grpc" as const, host: "probe-grpc.probes", port: 8079, from: ["cluster1"], on: ["cluster2"] },
  ],
};

function pod(app: string, within: string, more: { ready?: string; node?: string } = {}): KubeObject {
  const { ready = "True", node = "real" } = more;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `${app}-1`, namespace: within, labels: { app } },
    spec: { nodeName: node },
    status: { conditions: [{ type: "Ready", status: ready }] },
  };
}

const node = (name: string, annotations = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, annotations },
});
const nodes = [node("real"), node("simulated", { "kwok.x-k8s.io/node": "fake" })];

/** What the pods of a sound lab say, and what a mistake lets them say. */
interface Said {
  link: string;
  /** What the primary holds; what is read of it by its name; what the copy holds. */
  held: string | undefined;
  remote: (held: string | undefined) => string;
  copied: (held: string | undefined) => string;
  /** Which cluster answers the n-th call. */
  answers: (call: number) => ClusterName;
  codes: Readonly<Record<string, number>>;
  sockets: string;
}

const fortio = (codes: object) =>
  `{"DurationHistogram": {"Count": 20, "Avg": 0.0125}, "RetCodes": ${JSON.stringify(codes)}}`;

function packetsLab(trustAnchor = ""): FakeLab & { readonly said: Said } {
  const said: Said = {
    link: "up",
    held: undefined,
    remote: (held) => held ?? "",
    copied: (held) => held ?? "",
    answers: (call) => (call % 2 === 0 ? "cluster1" : "cluster2"),
    codes: { 200: 20 },
    sockets: "0 0 10.2.0.9:40000 10.1.0.7:15443 cubic mss:8448 pmtu:8500 bytes_acked:6000000",
  };
  const demo = {
    namespace,
    instances: [{ cluster: "cluster1", service: "redis-cart", addresses: {} }],
    replicas: [{ cluster: "cluster2", primaryHost: host }],
  } as unknown as NonNullable<FakeLab["lab"]["demo"]>;
  const objects = [
    ...nodes,
    pod("redis-cart", namespace),
    pod("probe-http", probes.namespace),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "kube-dns", namespace: "kube-system" },
      spec: { clusterIP: "172.20.0.10" },
    },
  ];
  const fake = fakeLab(
    { backend: "istio", trustAnchor, demo, probes },
    { cluster1: objects, cluster2: objects },
    (name) => ({
      gateway: `${name}.elb.example`,
      inPod: async () => ({ stdout: said.sockets, stderr: "", exitCode: 0 }),
    }),
  );
  for (const name of clusterNames) {
    let calls = 0;
    fake.kube[name].answering = (_pod, container, [program, ...args]) => {
      if (program === "redis-cli") return { stdout: `${redis(name, args, said)}\n` };
      if (container === "istio-proxy") return { stdout: stats(calls) };
      if (args[0] === "curl") return { stderr: `HTTP/1.1 200 OK\nlab-cluster: ${said.answers(calls++)}\n` };
      if (args.includes("-grpc")) return { stdout: `noise\n${fortio({ SERVING: 20 })}` };
      if (program === "fortio") return { stdout: fortio(said.codes) };
      return undefined;
    };
  }
  return { ...fake, said };
}

function redis(cluster: ClusterName, args: readonly string[], said: Said): string {
  if (args.includes("--latency")) return "1 4 2.50 80";
  if (args[0] === "info") return `role:slave\nmaster_link_status:${said.link}`;
  if (args[0] === "set") {
    equal(cluster, "cluster1", "only the primary takes values");
    said.held = args[2];
    return "OK";
  }
  return args[0] === "-h" ? said.remote(said.held) : said.copied(said.held);
}

const stats = (connections: number) =>
  [
    `outbound|6379||${host}::10.1.0.7:15443::cx_active::1`,
    `outbound|6379||${host}::10.1.0.7:15443::cx_total::${connections}`,
    "outbound|80||elsewhere::10.1.0.8:80::cx_total::7",
  ].join("\n");

const say = (change: (said: Said) => void) => (fake: FakeLab) => change((fake as ReturnType<typeof packetsLab>).said);
const sound = async () => packetsLab();
/** With a pod of cluster2 that is not ready. */
const unready =
  (app: string, within: string) =>
  ({ kube }: FakeLab) => {
    kube.cluster2.the("Pod", `${app}-1`).status = pod(app, within, { ready: "False" }).status;
  };

describe("checks by packets", () => {
  describeCheck(replication, sound, [
    ["a link that is down", say((said) => (said.link = "down")), /its link to the primary is down/],
    [
      "a name that leads elsewhere",
      say((said) => (said.remote = () => "other")),
      /by redis-cart\.boutique\.svc\.cluster\.local it reads something else/,
    ],
    ["a name that leads to an empty one", say((said) => (said.remote = () => "")), /it reads nothing/],
    ["a copy that gets nothing", say((said) => (said.copied = () => "")), /did not arrive/],
    ["a pod that is not ready", unready("redis-cart", namespace), /no pod of redis-cart is ready/],
    [
      "a client that cannot connect",
      ({ kube }) => {
        kube.cluster2.answering = () => ({ exitCode: 1, stderr: "Could not connect" });
      },
      /redis-cli on cluster2 ended with 1: Could not connect/,
    ],
  ]);

  it("tells by which place the copy reads, and how long it takes", async () => {
    const { lab, kube } = packetsLab();
    let looks = 0;
    const answering = kube.cluster2.answering;
    kube.cluster2.answering = (name, container, command) =>
      container === "istio-proxy" ? { stdout: stats(looks++) } : answering(name, container, command);
    const [first, second] = lab.clusters;
    ok(first && second && "ofPair" in replication);
    const found = await replication.ofPair(second, first, lab);
    deepEqual(found.connections, [
      { from: "cluster2", to: "cluster1", target: `${host}:6379`, path: ["10.1.0.7:15443"], latencyMs: 2.5 },
    ]);
    match(found.detail, /written on cluster1, through 10\.1\.0\.7:15443, 2\.5 ms/);
  });

  const calls: Breakage[] = [
    [
      "one cluster that never answers",
      say((said) => (said.answers = () => "cluster1")),
      /never answered by cluster2 in 20/,
    ],
    ["a stranger who answers", say((said) => (said.answers = () => "other" as ClusterName)), /was answered by other/],
    [
      "calls that fail",
      say((said) => (said.codes = { 200: 18, 503: 2 })),
      /2 of 20 calls of probe-http\.probes failed/,
    ],
    ["a caller that is not ready", unready("probe-http", probes.namespace), /no pod of probe-http is ready/],
  ];
  describeCheck(httpCalls, sound, calls);
  describeCheck(grpcCalls, sound, [
    [
      "nobody who answers",
      ({ kube }) => {
        kube.cluster1.answering = () => ({ exitCode: 1, stderr: "starting\nunable to connect" });
      },
      /probe-grpc\.probes: unable to connect/,
    ],
  ]);

  describeCheck(packetSize, sound, [
    [
      "a way that is narrower",
      say((said) => (said.sockets = said.sockets.replace("8500", "1500").replace("8448", "1448"))),
      /the way to 10\.1\.0\.7:15443 takes 1500 bytes, planned is 8500/,
    ],
    [
      "a peer that takes small segments",
      say((said) => (said.sockets = said.sockets.replace("8448", "1448"))),
      /to 10\.1\.0\.7:15443 go segments of 1448 bytes/,
    ],
    ["no connection", say((said) => (said.sockets = "")), /no connection to a gateway has carried 300000 bytes/],
    [
      "calls that fail",
      ({ kube }) => {
        kube.cluster2.answering = () => ({ exitCode: 1, stderr: "timeout" });
      },
      /probe-http\.probes:80\/: timeout/,
    ],
  ]);

  it("reads a connection as ss writes it", () => {
    const line =
      "0      0      10.2.0.9:40000 10.1.0.7:15443 cubic wscale:7,7 rto:204 rtt:0.2/0.1 mss:8448 pmtu:8500 rcvmss:536 advmss:8448 bytes_sent:10 bytes_acked:11";
    deepEqual(socketsIn(`${line}\n`), [{ peer: "10.1.0.7:15443", pmtu: 8500, segment: 8448, bytes: 11 }]);
  });

  it("sees which endpoints were used", async () => {
    const { kube } = packetsLab();
    const reached = await endpointsOf(kube.cluster1, { namespace, name: "redis-cart-1" }, host, 6379);
    deepEqual(reached, [{ address: "10.1.0.7:15443", connections: 0 }]);
    deepEqual(usedSince(reached, [{ address: "10.1.0.7:15443", connections: 1 }]), ["10.1.0.7:15443"]);
    deepEqual(usedSince(reached, reached), []);
  });

  describe("ask only pods that run", () => {
    it("and say so where all are simulated", async () => {
      const kube = new FakeKube([...nodes, pod("a", namespace, { node: "simulated" })]);
      const { verdict } = await realPod(kube, namespace, "a");
      deepEqual(verdict, { status: "skipped", detail: "pods are simulated" });
    });

    it("of several", async () => {
      const elsewhere = pod("a", namespace, { node: "simulated" });
      elsewhere.metadata.name = "a-0";
      const kube = new FakeKube([...nodes, elsewhere, pod("a", namespace)]);
      deepEqual(await realPod(kube, namespace, "a"), { pod: { namespace, name: "a-1" } });
    });

    it("and miss them where there are none", async () => {
      equal((await realPod(new FakeKube(nodes), namespace, "a")).verdict?.status, "fail");
    });

    it("and not one that ends", async () => {
      const ending = pod("a", namespace);
      ending.metadata.deletionTimestamp = "now";
      equal((await realPod(new FakeKube([...nodes, ending]), namespace, "a")).verdict?.status, "fail");
    });
  });

  it("are told from others on a terminal", () => {
    const lines = checkLines([
      { id: "a", cluster: "c", status: "pass", evidence: "packets", detail: "" },
      { id: "a", cluster: "c", status: "pass", evidence: "configuration", detail: "" },
      { id: "a", cluster: "c", status: "skipped", evidence: "packets", detail: "" },
    ]);
    deepEqual(
      lines.map((line) => line.includes("packets")),
      [true, false, false],
    );
  });
});

describe("certificates on the wire", () => {
  const account = "spiffe://cluster.local/ns/boutique/sa/redis-cart";
  let root: Issued;
  let own: Issued;
  let shown: Issued;
  const servers: Server[] = [];
  before(async () => {
    root = await rootAuthority();
    own = await intermediate(root, "cluster1");
    shown = await leaf(own, "redis-cart", { uris: [account], uses: ["server_auth"] });
  });
  after(() => {
    for (const server of servers) server.close();
  });

  async function listening(server: Server): Promise<number> {
    servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  }

  const echoing = (options: TlsOptions) =>
    listening(
      createTlsServer(options, (socket) => {
        socket.on("error", () => {});
        socket.pipe(socket);
      }).on("tlsClientError", () => {}),
    );

  async function probed(port: number): Promise<TlsFindings> {
    const program = join(__dirname, "../../checks/istio/tls-probe.mjs");
    const { stdout } = await run(process.execPath, [program, "127.0.0.1", `${port}`, "outbound_.6379_._.redis"]);
    return JSON.parse(stdout);
  }

  const sound = async () => {
    const port = await echoing({
      key: shown.key,
      cert: `${shown.certificate}${own.certificate}`,
      ca: root.certificate,
      requestCert: true,
      rejectUnauthorized: true,
      ALPNProtocols: ["istio"],
    });
    const found = await probed(port);
    const fake = packetsLab(root.certificate);
    for (const cluster of fake.lab.clusters) {
      Object.assign(cluster, { inPod: async () => ({ stdout: JSON.stringify(found), stderr: "", exitCode: 0 }) });
    }
    return fake;
  };
  const finds =
    (change: (found: { -readonly [key in keyof TlsFindings]: TlsFindings[key] }) => void) =>
    async ({ lab }: FakeLab) => {
      for (const cluster of lab.clusters) {
        const before = await cluster.inPod?.({ namespace, name: "" }, []);
        const found = JSON.parse(before?.stdout ?? "");
        change(found);
        Object.assign(cluster, { inPod: async () => ({ stdout: JSON.stringify(found), stderr: "", exitCode: 0 }) });
      }
    };

  describeCheck(mutualTls, sound, [
    ["no certificate", finds((found) => (found.chain = [])), /it shows no certificate/],
    ["no intermediate", finds((found) => (found.chain = found.chain.slice(0, 1))), /it shows no intermediate/],
    [
      "another root",
      async ({ lab }) => {
        const [, second] = lab.clusters;
        ok(second);
        Object.assign(lab, { trustAnchor: (await rootAuthority()).certificate });
      },
      /its signature is not the root's/,
    ],
    [
      "another account",
      async (fake) => {
        const other = await leaf(own, "x", { uris: ["spiffe://cluster.local/ns/x/sa/x"], uses: ["server_auth"] });
        await finds((found) => (found.chain = [other.certificate, own.certificate]))(fake);
      },
      /it is URI:spiffe:\/\/cluster\.local\/ns\/x\/sa\/x, not spiffe/,
    ],
    [
      "an answer to who shows none",
      finds((found) => (found.withoutCertificate = "answered")),
      /who shows no certificate is answered/,
    ],
    ["an answer in clear", finds((found) => (found.plaintext = "answered")), /who speaks in clear is answered/],
    [
      "nobody there",
      async ({ lab }) => {
        for (const cluster of lab.clusters) {
          Object.assign(cluster, { inPod: async () => ({ stdout: "", stderr: "ENOTFOUND", exitCode: 1 }) });
        }
      },
      /cluster1\.elb\.example:15443 cannot be asked: ENOTFOUND/,
    ],
  ]);

  it("are not asked for where the pods' network is elsewhere", async () => {
    const { lab } = packetsLab(root.certificate);
    const [first, second] = lab.clusters;
    ok(first && second && "ofPair" in mutualTls);
    const { inPod: _, ...remote } = second;
    equal((await mutualTls.ofPair(remote, first, lab)).status, "skipped");
  });

  it("come with what became of others", async () => {
    const lax = await probed(await echoing({ key: shown.key, cert: shown.certificate }));
    deepEqual([lax.withoutCertificate, lax.plaintext === "answered"], ["answered", false]);
    const clear = await probed(await listening(createServer((socket) => socket.on("error", () => {}).pipe(socket))));
    deepEqual([clear.chain, clear.plaintext], [[], "answered"]);
  });
});
