import { deepEqual, equal, match, ok } from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { promisify } from "node:util";
import { gatewayAddress } from "../../checks/common/istio/gateway";
import { remoteSecret } from "../../checks/common/istio/remote-secret";
import { authoritiesDiffer, authorityUnderRoot } from "../../checks/common/istio/trust";
import { mtuAsPlanned } from "../../checks/common/mtu";
import type { TlsFindings, TlsQuestion } from "../../checks/common/tls-probe.mjs";
import { knownGateway } from "../../checks/istio/ambient";
import { discovery } from "../../checks/istio/discovery";
import { crossNetworkGateway } from "../../checks/istio/gateway";
import { identitiesDiffer, networkLabel } from "../../checks/istio/identity";
import { packetSize, socketsIn } from "../../checks/istio/mtu";
import { istioWayIn } from "../../checks/istio/way-in";
import { mutualTls } from "../../checks/istio/wire";
import { type Issued, intermediate, leaf, rootAuthority } from "../support/certificates";
import { describeCheck, type FakeLab, gone, outputs, secretHolds } from "../support/checks";
import { type IstioSetting, istioLab, istioSetting, withEnv } from "../support/istio-lab";
import { base64 } from "../support/kube";
import { namespace, packetsLab, say } from "../support/packets-lab";

const run = promisify(execFile);

describe("checks of Istio", () => {
  let setting: IstioSetting;
  before(async () => {
    setting = await istioSetting();
  });
  after(() => {
    for (const server of Object.values(setting.api)) server.close();
  });
  const sound = () => istioLab(setting);

  const spec = (kind: string, name: string, changed: object) => (fake: FakeLab) => {
    fake.kube.cluster1.the(kind, name).spec = changed;
  };
  const networkLabelOf = (kind: string, name: string, network: string) => (fake: FakeLab) => {
    fake.kube.cluster1.the(kind, name).metadata.labels = { "topology.istio.io/network": network };
  };

  describeCheck(mtuAsPlanned, sound, [
    ["no CNI", gone("DaemonSet", "aws-node"), /there is no DaemonSet aws-node in kube-system/],
    [
      "another MTU for nodes",
      spec("DaemonSet", "aws-node", withEnv({ AWS_VPC_ENI_MTU: "1500", POD_MTU: "8500" })),
      /^AWS_VPC_ENI_MTU is 1500, planned is 9001$/,
    ],
    [
      "none for pods",
      spec("DaemonSet", "aws-node", withEnv({ AWS_VPC_ENI_MTU: "9001" })),
      /^POD_MTU is not set, planned is 8500$/,
    ],
    [
      "a node that began before the path became narrower",
      (fake: FakeLab) => {
        fake.kube.cluster1.add({
          apiVersion: "v1",
          kind: "Node",
          metadata: { name: "old", labels: { "multicluster-lab/mtu": "9001" } },
        });
      },
      /^the node old began with 9001, planned is 8500$/,
    ],
  ]);

  /** Another text in the Secret from which the first cluster's istiod takes its authority. */
  const cacerts = (key: string, text: () => string | Promise<string>) => async (fake: FakeLab) =>
    secretHolds("cacerts", key, await text())(fake);
  /** Another authority, with its chain and key. */
  const authority =
    (made: () => Promise<{ readonly key: string; readonly certificate: string }>) => async (fake: FakeLab) => {
      const { key, certificate } = await made();
      const chain = `${certificate}${setting.root.certificate}`;
      Object.assign(fake.kube.cluster1.the("Secret", "cacerts").data, {
        "ca-cert.pem": base64(certificate),
        "ca-key.pem": base64(key),
        "cert-chain.pem": base64(chain),
      });
    };
  const otherRoot = async () => (await rootAuthority("lab root")).certificate;

  describeCheck(authorityUnderRoot, sound, [
    ["no authority", gone("Secret", "cacerts"), /there is no Secret istio-system\/cacerts/],
    [
      "an authority of another root by the same name",
      authority(async () => intermediate(await rootAuthority("lab root"), "cluster1")),
      /its signature is not the root's/,
    ],
    [
      "a key of another authority",
      cacerts("ca-key.pem", () => setting.authorities.cluster2.key),
      /ca-key\.pem is not the key of ca-cert\.pem/,
    ],
    ["another root", cacerts("root-cert.pem", otherRoot), /root-cert\.pem does not hold the roots that the lab trusts/],
    [
      "a chain of another authority",
      cacerts("cert-chain.pem", () => setting.authorities.cluster2.certificate + setting.root.certificate),
      /cert-chain\.pem does not begin with ca-cert\.pem/,
    ],
    [
      "a chain without the root",
      cacerts("cert-chain.pem", () => setting.authorities.cluster1.certificate),
      /cert-chain\.pem does not end with the lab's root/,
    ],
  ]);

  describeCheck(authoritiesDiffer, sound, [
    [
      "the peer's own authority",
      authority(async () => setting.authorities.cluster2),
      /both have the same certificate.*both have the same key/,
    ],
    [
      "an authority of the peer's name",
      authority(() => intermediate(setting.root, "cluster2")),
      /both authorities have the same subject/,
    ],
    ["another root", cacerts("root-cert.pem", otherRoot), /they trust different roots/],
  ]);

  describeCheck(networkLabel, sound, [
    ["no control plane", gone("Deployment", "istiod"), /istiod's CLUSTER_ID is undefined, not cluster1/],
    [
      "another cluster's control plane",
      spec("Deployment", "istiod", withEnv({ CLUSTER_ID: "cluster2" })),
      /istiod's CLUSTER_ID is cluster2, not cluster1/,
    ],
    [
      "another network",
      networkLabelOf("Namespace", "istio-system", "x"),
      /the namespace's network is x, not cluster1-network/,
    ],
  ]);

  describeCheck(identitiesDiffer, sound, [
    [
      "one name for both",
      spec("Deployment", "istiod", withEnv({ CLUSTER_ID: "cluster2" })),
      /both are called cluster2/,
    ],
    [
      "one network for both",
      networkLabelOf("Namespace", "istio-system", "cluster2-network"),
      /both are on cluster2-network/,
    ],
  ]);

  const balancer = "istio-eastwestgateway";
  describeCheck(gatewayAddress, sound, [
    ["no Service", gone("Service", balancer), /there is no Service istio-system\/istio-eastwestgateway/],
    [
      "another address than the outputs'",
      (fake) => outputs(fake, { gateway: "old.example" }),
      /its address is cluster1\.elb\.example, the outputs say old\.example/,
    ],
    [
      "no address",
      ({ kube }) => {
        kube.cluster1.the("Service", balancer).status = {};
      },
      /its load balancer has no address/,
    ],
    [
      "a label of another network",
      networkLabelOf("Service", balancer, "cluster2-network"),
      /its label topology\.istio\.io\/network is cluster2-network, not cluster1-network/,
    ],
  ]);

  const server = (change: object) => (fake: FakeLab) => {
    Object.assign(fake.kube.cluster1.the("Gateway", "cross-network-gateway").spec.servers[0], change);
  };
  describeCheck(crossNetworkGateway, sound, [
    ["no Gateway", gone("Gateway", "cross-network-gateway"), /there is no Gateway cross-network-gateway/],
    ["another port", server({ port: { number: 443 } }), /it listens on 443, not on 15443/],
    ["a mode that opens what is encrypted", server({ tls: { mode: "SIMPLE" } }), /its TLS mode is SIMPLE/],
    ["no hosts", server({ hosts: [] }), /it exposes no host/],
  ]);

  const secret = "istio-remote-secret-cluster2";
  const rights = (changed: Partial<IstioSetting["api"]["cluster2"]["rights"]>) => () => {
    Object.assign(setting.api.cluster2.rights, changed);
  };
  describeCheck(remoteSecret, sound, [
    ["no Secret", gone("Secret", secret), /there is no Secret istio-system\/istio-remote-secret-cluster2/],
    [
      "a kubeconfig of another cluster",
      (fake) => secretHolds(secret, "cluster2", setting.api.cluster1.kubeconfig())(fake),
      /it leads to https:\/\/127\.0\.0\.1:\d+, the peer is https:\/\/127\.0\.0\.1:\d+/,
    ],
    ["a token that the peer does not know", rights({ token: "another" }), /Unauthorized/],
    ["a reader that sees nothing", rights({ services: 0 }), /it sees no Service/],
    [
      "a reader that may list Services and nothing else",
      rights({ readable: ["services"] }),
      /it may not list pods; it may not watch pods; .*it may not watch endpointslices$/,
    ],
    ["a write that goes through", rights({ write: true }), /a write with it went through/],
    ["a reader that may delete pods", rights({ more: new Set(["delete /pods"]) }), /it may delete pods/],
  ]);
});

describe("checks of Istio in its models", () => {
  let setting: IstioSetting;
  before(async () => {
    setting = await istioSetting();
  });
  after(() => {
    for (const server of Object.values(setting.api)) server.close();
  });
  const inModel = (model: Parameters<typeof istioLab>[1]) => () => istioLab(setting, model);

  const alias = (change: object) => (fake: FakeLab) => {
    Object.assign(fake.kube.cluster2.the("Service", "istiod-remote").spec, change);
  };
  describeCheck(discovery, inModel({ remote: true }), [
    ["another address", alias({ externalName: "old" }), /it stands for old, and istiod is at istiod\.elb\.example/],
    [
      "no name",
      ({ kube }) => kube.cluster2.remove("Service", "istiod-remote"),
      /there is no Service istio-system\/istiod-remote/,
    ],
    ["no load balancer", gone("Service", "istiod-for-remotes"), /cluster1 has no Service/],
  ]);
  describeCheck(identitiesDiffer, inModel({ single: true }), [
    [
      "two networks",
      ({ kube }) => {
        kube.cluster1.the("Namespace", "istio-system").metadata.labels = { "topology.istio.io/network": "x" };
      },
      /they are on (x and one-network|one-network and x), and no gateway is between them/,
    ],
  ]);
  describeCheck(networkLabel, inModel({ single: true }), [
    ["no control plane", gone("Deployment", "istiod"), /CLUSTER_ID is undefined/],
  ]);
  describeCheck(crossNetworkGateway, inModel({ remote: true }), [
    ["no Gateway on the primary", gone("Gateway", "cross-network-gateway"), /there is no Gateway/],
  ]);
  describeCheck(remoteSecret, inModel({ remote: true }), [
    ["no Secret on the primary", gone("Secret", "istio-remote-secret-cluster2"), /there is no Secret/],
  ]);

  const ambient = async () => {
    const fake = await istioLab(setting);
    for (const cluster of fake.lab.clusters) Object.assign(cluster, { carrier: "ztunnel" });
    const [first, second] = fake.lab.clusters;
    ok(first && second);
    for (const [here, peer] of [
      [first, second],
      [second, first],
    ] as const) {
      fake.kube[here.name as "cluster1"].add({
        apiVersion: "gateway.networking.k8s.io/v1",
        kind: "Gateway",
        metadata: {
          name: `istio-remote-${peer.name}`,
          namespace: "istio-system",
          labels: { "topology.istio.io/network": `${peer.name}-network` },
        },
        spec: {
          addresses: [{ type: "Hostname", value: peer.gateway }],
          listeners: [{ port: 15008, protocol: "HBONE" }],
        },
      });
    }
    return fake;
  };
  const ofPeer = (change: object) => (fake: FakeLab) => {
    Object.assign(fake.kube.cluster1.the("Gateway", "istio-remote-cluster2").spec, change);
  };
  describeCheck(knownGateway, ambient, [
    ["no Gateway", gone("Gateway", "istio-remote-cluster2"), /there is no Gateway istio-system\/istio-remote-cluster2/],
    ["another address", ofPeer({ addresses: [{ value: "old" }] }), /it is at old, and the peer's gateway at cluster2/],
    ["another port", ofPeer({ listeners: [{ port: 443, protocol: "HBONE" }] }), /it takes no HBONE on 15008/],
    [
      "another network",
      ({ kube }) => {
        kube.cluster1.the("Gateway", "istio-remote-cluster2").metadata.labels = {};
      },
      /it stands for the network undefined, not cluster2-network/,
    ],
  ]);

  it("ask for no sidecars in ambient mode", async () => {
    const { lab } = await ambient();
    const [first, second] = lab.clusters;
    ok(first && second && "ofPair" in mutualTls && "ofCluster" in packetSize);
    const asked = [
      await crossNetworkGateway.ofCluster(first, lab),
      await packetSize.ofCluster(first, lab),
      await mutualTls.ofPair(first, second, lab),
    ];
    for (const { status, detail } of asked) deepEqual([status, /carried by ztunnel/.test(detail)], ["skipped", true]);
  });

  it("ask for no gateway on one network, and take none away", async () => {
    const { lab } = await istioLab(setting, { single: true });
    const [first] = lab.clusters;
    ok(first);
    for (const check of [gatewayAddress, crossNetworkGateway]) {
      equal((await check.ofCluster(first, lab)).status, "skipped");
    }
    for (const said of Object.values(await istioWayIn(first))) match(`${said}`, /come to the pods themselves/);
  });
});

describe("Istio's packets", () => {
  const sound = async () => packetsLab();
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
    ["no connection", say((said) => (said.sockets = "")), /no connection to a peer has carried 100000 bytes/],
    [
      "calls that fail",
      ({ kube }) => {
        kube.cluster2.answering = () => ({ exitCode: 1, stderr: "timeout" });
      },
      /probe-http\.probes:80\/: timeout/,
    ],
  ]);

  it("looks at connections to the pods that answer where there is no gateway", async () => {
    const { lab, kube } = packetsLab();
    const filters: string[] = [];
    for (const cluster of lab.clusters) {
      Object.assign(cluster, {
        gateway: undefined,
        inPod: async (_pod: unknown, command: readonly string[]) => {
          filters.push(command.at(-1) ?? "");
          return { stdout: "0 0 10.2.0.9:40000 10.1.0.7:8080 mss:8448 pmtu:8500 bytes_acked:6000000", exitCode: 0 };
        },
      });
    }
    Object.assign(kube.cluster1.the("Pod", "probe-http-1").status, { podIP: "10.1.0.7" });
    const [, second] = lab.clusters;
    ok(second && "ofCluster" in packetSize);
    equal((await packetSize.ofCluster(second, lab)).status, "pass");
    deepEqual(filters, ["( ( dst 10.1.0.7 and dport = :8080 ) )"]);
  });

  it("reads a connection as ss writes it", () => {
    const line =
      "0      0      10.2.0.9:40000 10.1.0.7:15443 cubic wscale:7,7 rto:204 rtt:0.2/0.1 mss:8448 pmtu:8500 rcvmss:536 advmss:8448 bytes_sent:10 bytes_acked:11";
    deepEqual(socketsIn(`${line}\n`), [{ peer: "10.1.0.7:15443", pmtu: 8500, segment: 8448, bytes: 11 }]);
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

  async function probed(port: number, shows: Partial<TlsQuestion> = {}): Promise<TlsFindings> {
    const asked: TlsQuestion = {
      host: "127.0.0.1",
      port,
      servername: "outbound_.6379_._.redis",
      resolver: "",
      ...shows,
    };
    const program = join(__dirname, "../../checks/common/tls-probe.mjs");
    const { stdout } = await run(process.execPath, [program, JSON.stringify(asked)]);
    return JSON.parse(stdout);
  }

  const strict = () =>
    echoing({
      key: shown.key,
      cert: `${shown.certificate}${own.certificate}`,
      ca: root.certificate,
      requestCert: true,
      rejectUnauthorized: true,
      ALPNProtocols: ["istio"],
    });

  const sound = async () => {
    const port = await strict();
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
      "a leaf that has ended",
      async (fake) => {
        const now = new Date("2020-01-01");
        const old = await leaf(own, "redis-cart", { uris: [account], uses: ["server_auth"] }, now);
        await finds((found) => (found.chain = [old.certificate, own.certificate]))(fake);
      },
      /it ended on .* 20/,
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
      finds((found) => (found.encrypted = "answered")),
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

  it("are answered by one of the same root, and by no other", async () => {
    const port = await strict();
    const stranger = await intermediate(await rootAuthority(), "cluster2");
    const fates = [];
    for (const authority of [own, stranger]) {
      const { key, certificate } = await leaf(authority, "client", { uris: [account], uses: ["client_auth"] });
      fates.push((await probed(port, { key, certificate: `${certificate}${authority.certificate}` })).encrypted);
    }
    equal(fates[0], "answered");
    match(fates[1] ?? "", /UNKNOWN_CA|closed|ECONNRESET/);
  });

  it("come with what became of others", async () => {
    const lax = await probed(await echoing({ key: shown.key, cert: shown.certificate }));
    deepEqual([lax.encrypted, lax.plaintext === "answered"], ["answered", false]);
    const clear = await probed(await listening(createServer((socket) => socket.on("error", () => {}).pipe(socket))));
    deepEqual([clear.chain, clear.plaintext], [[], "answered"]);
  });
});
