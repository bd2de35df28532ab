import { deepEqual, equal } from "node:assert/strict";
import type { KubeObject } from "../../checks/kube/client";
import type { AwsAccount } from "../../rehearsal/aws/account/account";
import { NetworkPolicies } from "../../rehearsal/ground/real/network-policies";
import { podGuards } from "../../rehearsal/ground/real/pod-guards";
import { podFirewall } from "../../rehearsal/network/kernel/pod-firewall";
import type { Admission, PodGuard } from "../../rehearsal/network/plan/desired";
import { FakeKube } from "../support/kube";

const pod = (name: string, podIP: string, more: object = {}, namespace = "shop"): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace, labels: { app: name } },
  spec: { nodeName: "node-1", containers: [{ ports: [{ name: "redis", containerPort: 6379 }] }], ...more },
  status: { podIP, phase: "Running" },
});

const policy = (name: string, spec: object): KubeObject => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name, namespace: "shop" },
  spec: { podSelector: {}, policyTypes: ["Ingress"], ...spec },
});

const pods = [
  pod("cart", "10.1.0.5"),
  pod("ad", "10.1.0.6"),
  pod("host", "10.1.0.1", { hostNetwork: true }),
  pod("other", "10.1.0.9", {}, "elsewhere"),
];
const namespaces = ["shop", "elsewhere"].map(
  (name): KubeObject => ({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels: { name } } }),
);

/** Who may call the pod `cart` with these policies. */
const toCart = (...policies: readonly KubeObject[]): readonly Admission[] | undefined =>
  podGuards({ pods, namespaces, policies })
    .get("node-1")
    ?.find(({ address }) => address === "10.1.0.5")?.admits;

const addresses = (admits: readonly Admission[] | undefined) => admits?.map(({ from }) => from?.cidr);

describe("NetworkPolicies on real nodes", () => {
  it("guard the pods that one selects, but for those with the node's address, and nobody else", () => {
    const all = podGuards({ pods, namespaces, policies: [policy("deny", {})] });
    deepEqual(
      all.get("node-1")?.map(({ address }) => address),
      ["10.1.0.5", "10.1.0.6"],
    );
    equal(toCart(policy("out", { policyTypes: ["Egress"] })), undefined);
    equal(toCart(policy("ads", { podSelector: { matchLabels: { app: "ad" } } })), undefined);
  });

  const selected: readonly (readonly [what: string, from: object[] | undefined, expected: readonly unknown[]])[] = [
    ["pods of the own namespace by labels", [{ podSelector: { matchLabels: { app: "ad" } } }], ["10.1.0.6/32"]],
    ["pods of others", [{ namespaceSelector: { matchLabels: { name: "elsewhere" } } }], ["10.1.0.9/32"]],
    [
      "pods by expressions",
      [
        {
          podSelector: {
            matchExpressions: [
              { key: "app", operator: "In", values: ["ad", "cart"] },
              { key: "app", operator: "NotIn", values: ["cart"] },
              { key: "app", operator: "Exists" },
              { key: "gone", operator: "DoesNotExist" },
            ],
          },
        },
      ],
      ["10.1.0.6/32"],
    ],
    ["addresses", [{ ipBlock: { cidr: "10.0.0.0/8", except: ["10.2.0.0/16"] } }], ["10.0.0.0/8"]],
    ["everybody", undefined, [undefined]],
  ];
  for (const [what, from, expected] of selected) {
    it(`admit ${what}`, () => {
      const rule = from ? { from } : {};
      deepEqual(addresses(toCart(policy("p", { ingress: [rule] }))), expected);
    });
  }

  it("add up, and know ports by number, range and name", () => {
    const open = (port: object) => policy("p", { ingress: [{ ports: [port] }] });
    const ports = (...all: readonly KubeObject[]) => toCart(...all)?.map((each) => each.ports);
    deepEqual(ports(policy("deny", {}), open({ port: "redis" }), open({ port: 80, endPort: 90, protocol: "UDP" })), [
      { protocol: "tcp", first: 6379, last: 6379 },
      { protocol: "udp", first: 80, last: 90 },
    ]);
    deepEqual(ports(open({ port: "no-such-name" })), []);
  });

  it("are rules on the pod's node that its own processes and answers pass", () => {
    const ports = { protocol: "tcp", first: 6379, last: 6379 } as const;
    const from = { cidr: "10.0.0.0/8", except: ["10.2.0.0/16"] };
    const guards: PodGuard[] = [{ address: "10.1.0.5", admits: [{ from, ports }] }];
    deepEqual(
      podFirewall(guards)
        .split("\n")
        .slice(2, -1)
        .map((line) => line.trim()),
      [
        "ct state established,related accept",
        "fib saddr type local accept",
        "ip daddr 10.1.0.5 ip saddr 10.0.0.0/8 ip saddr != { 10.2.0.0/16 } tcp dport 6379-6379 accept",
        "ip daddr 10.1.0.5 counter drop",
      ],
    );
    equal(podFirewall([]), "");
  });

  for (const enabled of [true, false])
    it(enabled ? "are enforced where the CNI's add-on says so" : "are enforced nowhere else", async () => {
      const told = new Map<string, readonly PodGuard[]>();
      const configurationValues = enabled ? JSON.stringify({ enableNetworkPolicy: "true" }) : "";
      const items: Record<string, object> = {
        instance: { id: "i-1", clusterName: "lab", nodeName: "node-1" },
        "eks-addon": { name: "vpc-cni", clusterName: "lab", configurationValues },
      };
      const account = { list: (kind: string) => [items[kind]] } as unknown as AwsAccount;
      const network = { guard: async (id: string, guards: readonly PodGuard[]) => void told.set(id, guards) };
      const kube = new FakeKube([...pods, ...namespaces, policy("deny", {})]);
      const controller = new NetworkPolicies(kube, { name: "lab" }, { account, network });
      controller.start();
      while (!told.has("i-1")) await new Promise((resolve) => setTimeout(resolve, 10));
      await controller.stop();
      equal(told.get("i-1")?.length, enabled ? 2 : 0);
    });
});
