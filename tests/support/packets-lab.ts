/** A lab in memory whose pods answer commands, as far as checks by packets ask. */
import { equal } from "node:assert/strict";
import type { KubeObject } from "../../checks/kube/client";
import { type ClusterName, clusterNames, type FakeLab, fakeLab } from "./checks";

export const namespace = "boutique";
export const host = "redis-cart.boutique.svc.cluster.local";
export const probes = {
  namespace: "probes",
  caller: { app: "probe-http", container: "server" },
  targets: [
    {
      service: "probe-http",
      protocol: "http" as const,
      host: "probe-http.probes",
      port: 80,
      from: [...clusterNames],
      on: [...clusterNames],
    },
    {
      service: "probe-grpc",
      protocol: "grpc" as const,
      host: "probe-grpc.probes",
      port: 8079,
      from: ["cluster1"],
      on: ["cluster2"],
    },
  ],
};

export function pod(app: string, within: string, more: { ready?: string; node?: string } = {}): KubeObject {
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
export const nodes = [node("real"), node("simulated", { "kwok.x-k8s.io/node": "fake" })];

/** What the pods of a sound lab say, and what a mistake lets them say. */
export interface Said {
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

export function packetsLab(trustAnchor = ""): FakeLab & { readonly said: Said } {
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

export const stats = (connections: number) =>
  [
    `outbound|6379||${host}::10.1.0.7:15443::cx_active::1`,
    `outbound|6379||${host}::10.1.0.7:15443::cx_total::${connections}`,
    "outbound|80||elsewhere::10.1.0.8:80::cx_total::7",
  ].join("\n");

export const say = (change: (said: Said) => void) => (fake: FakeLab) =>
  change((fake as ReturnType<typeof packetsLab>).said);
/** With a pod of cluster2 that is not ready. */
export const unready =
  (app: string, within: string) =>
  ({ kube }: FakeLab) => {
    kube.cluster2.the("Pod", `${app}-1`).status = pod(app, within, { ready: "False" }).status;
  };
