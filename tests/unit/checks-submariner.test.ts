import { deepEqual } from "node:assert/strict";
import { brokerAccess } from "../../checks/submariner/broker";
import { dnsForward } from "../../checks/submariner/dns";
import { importedExports } from "../../checks/submariner/exports";
import { connectedGateways, gatewayNodes } from "../../checks/submariner/gateways";
import { keyIsSecret, sameKey } from "../../checks/submariner/key";
import { disjointAddresses, overlayMtu, remotePools } from "../../checks/submariner/network";
import { resourceAccepted } from "../../checks/submariner/resource";
import { routesFromNodes } from "../../checks/submariner/route-agents";
import { sourceCheckOff } from "../../checks/submariner/source-check";
import { BrokerServer } from "../support/broker-server";
import { rootAuthority } from "../support/certificates";
import { describeCheck, type FakeLab, gone, secretHolds } from "../support/checks";
import { base64 } from "../support/kube";
import { submarinerLab } from "../support/submariner-lab";

const operators = "submariner-operator";

describe("checks of Submariner", () => {
  let broker: BrokerServer;
  beforeEach(async () => {
    broker = await BrokerServer.start();
  });
  afterEach(() => broker.close());

  const sound = async () => submarinerLab(broker);
  const by = (settings: object) => async () => submarinerLab(broker, settings);

  /** Other fields in what a kind's object on the first cluster asks for. */
  const asks = (kind: string, name: string, fields: object) => (fake: FakeLab) => {
    Object.assign(fake.kube.cluster1.the(kind, name).spec, fields);
  };
  const resource = (fields: object) => asks("Submariner", "submariner", fields);
  const says = (kind: string, name: string, fields: object) => (fake: FakeLab) => {
    Object.assign(fake.kube.cluster1.the(kind, name).status, fields);
  };

  describeCheck(overlayMtu, sound, [
    ["no Calico", gone("Installation", "default"), /there is no Installation/],
    [
      "the MTU of another path",
      asks("Installation", "default", { calicoNetwork: { mtu: 8921 } }),
      /calicoNetwork\.mtu is 8921, planned is 8420/,
    ],
    ["an MTU that Calico chose", says("Installation", "default", { mtu: 8951 }), /runs with 8951, planned is 8420/],
    [
      "AWS's CNI beside it",
      ({ kube }) =>
        kube.cluster1.add({
          apiVersion: "apps/v1",
          kind: "DaemonSet",
          metadata: { name: "aws-node", namespace: "kube-system" },
        }),
      /the VPC CNI is there as well/,
    ],
  ]);

  describeCheck(sourceCheckOff, sound, [
    ["no Calico", gone("DaemonSet", "calico-node"), /there is no calico-node/],
    ["no configuration of Felix's", gone("FelixConfiguration", "default"), /awsSrcDstCheck is not set/],
    ["the check left on", asks("FelixConfiguration", "default", { awsSrcDstCheck: "DoNothing" }), /is DoNothing/],
    [
      "a node on which EC2 refused",
      says("DaemonSet", "calico-node", { numberReady: 2 }),
      /calico-node is ready on 2 of 3 nodes/,
    ],
    ["no node", says("DaemonSet", "calico-node", { desiredNumberScheduled: 0, numberReady: 0 }), /on 0 of 0 nodes/],
  ]);

  describeCheck(remotePools, sound, [
    [
      "no pool for the peer's Services",
      gone("IPPool", "submariner-cluster2-172.21.0.0-16"),
      /Calico has no pool for 172\.21\.0\.0\/16/,
    ],
    [
      "a pool that hides",
      asks("IPPool", "submariner-cluster2-10.102.0.0-16", { natOutgoing: true }),
      /packets of 10\.102\.0\.0\/16 are hidden/,
    ],
    [
      "a pool in use",
      asks("IPPool", "submariner-cluster2-10.102.0.0-16", { disabled: false }),
      /pods may get addresses of 10\.102\.0\.0\/16/,
    ],
  ]);

  describeCheck(disjointAddresses, sound, [
    ["pods that overlap", resource({ clusterCIDR: "10.102.128.0/17" }), /10\.102\.128\.0\/17 of cluster1 overlaps/],
    ["pods at the peer's Services", resource({ clusterCIDR: "172.21.0.0/20" }), /overlaps 172\.21\.0\.0\/16/],
  ]);

  describe("with Globalnet", () => {
    const global = by({ globalnet: true });
    describeCheck(disjointAddresses, global, [
      [
        "one global range for both",
        resource({ globalCIDR: "242.236.0.0/16" }),
        /242\.236\.0\.0\/16 of cluster1 overlaps/,
      ],
    ]);
    describeCheck(remotePools, global, [
      [
        "no pool for the peer's global range",
        gone("IPPool", "submariner-cluster2-242.236.0.0-16"),
        /no pool for 242\.236\.0\.0\/16/,
      ],
    ]);
  });

  describeCheck(resourceAccepted, sound, [
    ["no resource", gone("Submariner", "submariner"), /there is no Submariner resource on cluster1/],
    ["another name", resource({ clusterID: "other" }), /its clusterID is other, not cluster1/],
    ["no operator", says("Submariner", "submariner", { clusterID: undefined }), /has not written its status/],
    ["a token in it", resource({ brokerK8sApiServerToken: "t" }), /holds the broker's token in clear/],
    ["a key in it", resource({ brokerK8sApiServerToken: "", ceIPSecPSK: "k" }), /holds a key in clear/],
    ["credentials in no Secret", resource({ brokerK8sSecret: "" }), /credentials are not in a Secret/],
    ["a key in no Secret", resource({ ceIPSecPSKSecret: undefined }), /key is not in a Secret/],
    [
      "gateways that ask the internet although clusters are peered",
      resource({ airGappedDeployment: undefined }),
      /gateways ask a server on the internet for an address that nobody needs/,
    ],
    [
      "no owner",
      ({ kube }) => {
        kube.cluster1.the("Submariner", "submariner").metadata.ownerReferences = [];
      },
      /would outlive its operator/,
    ],
  ]);

  describeCheck(brokerAccess, sound, [
    [
      "no credentials",
      gone("Secret", "submariner-broker"),
      /there is no Secret submariner-operator\/submariner-broker/,
    ],
    ["a token that the broker does not know", secretHolds("submariner-broker", "token", "other"), /Unauthorized/],
    [
      "a CA that did not sign the broker's certificate",
      async (fake) =>
        secretHolds(
          "submariner-broker",
          "ca.crt",
          (await rootAuthority("CA of the broker's cluster")).certificate,
        )(fake),
      /certificate/,
    ],
    ["a broker that is not verified", resource({ brokerK8sInsecure: true }), /certificate is not verified/],
    [
      "a broker elsewhere",
      ({ lab }) => Object.assign(lab.clusters[0] ?? {}, { endpoint: "https://first.example" }) && undefined,
      /the broker is 127\.0\.0\.1:\d+, the first cluster https:\/\/first\.example/,
    ],
    [
      "a cluster that did not sign on",
      () => {
        broker.entered = ["cluster1"];
      },
      /the broker knows no cluster2/,
    ],
    [
      "a member that may not say what it exports",
      () => {
        broker.usable = ["clusters", "endpoints", "endpointslices"];
      },
      /^it may not list serviceimports; .*it may not update serviceimports\n/,
    ],
    ...["create pods", "create secrets", "create rolebindings", "list nodes"].map(
      (right) =>
        [
          `the right to ${right}`,
          () => {
            broker.granted = [right];
          },
          new RegExp(`the member may ${right} in submariner-k8s-broker`),
        ] as const,
    ),
  ]);

  const short = ({ kube }: FakeLab) => {
    for (const each of [kube.cluster1, kube.cluster2]) {
      each.the("Secret", "submariner-preshared-key").data.psk = base64("short");
    }
  };
  describeCheck(sameKey, sound, [
    ["no key", gone("Secret", "submariner-preshared-key"), /cluster1 has none/],
    ["another key", secretHolds("submariner-preshared-key", "psk", "x".repeat(48)), /their keys differ/],
    ["a short key", short, /less than 256 bits/],
  ]);

  /** Lets an object of the operator's namespace show the key of the first cluster, in some spelling. */
  const shows = (apiVersion: string, kind: string, spelling: BufferEncoding) => (fake: FakeLab) => {
    const { psk } = fake.kube.cluster1.the("Secret", "submariner-preshared-key").data;
    const said = Buffer.from(psk, "base64").toString(spelling);
    fake.kube.cluster1.add({ apiVersion, kind, metadata: { name: "tell-tale", namespace: operators }, said });
  };
  describeCheck(keyIsSecret, sound, [
    ["no key", gone("Secret", "submariner-preshared-key"), /there is no key in Secret/],
    ["the key in a ConfigMap", shows("v1", "ConfigMap", "base64"), /ConfigMap tell-tale shows it/],
    ["the key in an Event", shows("v1", "Event", "hex"), /Event tell-tale shows it/],
    ["the key in an Endpoint", shows("submariner.io/v1", "Endpoint", "base64url"), /Endpoint tell-tale shows it/],
    [
      "the key in the resource",
      (fake) => {
        const { psk } = fake.kube.cluster1.the("Secret", "submariner-preshared-key").data;
        resource({ ceIPSecPSK: psk })(fake);
      },
      /Submariner submariner shows it/,
    ],
  ]);

  describe("by WireGuard", () => {
    const wireguard = by({ cableDriver: "wireguard" });
    describeCheck(resourceAccepted, wireguard, []);
    describeCheck(keyIsSecret, wireguard, [
      ["the digest of nothing", resource({ ceIPSecPSK: undefined }), /WireGuard was not given the digest of this key/],
      ["the digest of another key", resource({ ceIPSecPSK: "k" }), /not given the digest of this key/],
    ]);
  });

  describeCheck(gatewayNodes, sound, [
    ["no gateway", gone("Node", "gateway-cluster1"), /no node has the label submariner\.io\/gateway=true/],
    [
      "no segment size",
      ({ kube }) => {
        kube.cluster1.the("Node", "gateway-cluster1").metadata.annotations = {};
      },
      /tcp-clamp-mss of gateway-cluster1 is not set, planned is 8380/,
    ],
    [
      "the segment size of another path",
      ({ kube }) => {
        kube.cluster1.the("Node", "gateway-cluster1").metadata.annotations["submariner.io/tcp-clamp-mss"] = "8881";
      },
      /is 8881, planned is 8380/,
    ],
    ["a node on which no gateway runs", gone("Gateway", "gateway-cluster1"), /gateway-cluster1 is no gateway yet/],
    ["nobody active", says("Gateway", "gateway-cluster1", { haStatus: "passive" }), /0 gateways are active/],
    [
      "two of them active",
      ({ kube }) => {
        const { apiVersion, kind, status } = kube.cluster1.the("Gateway", "gateway-cluster1");
        kube.cluster1.add({ apiVersion, kind, metadata: { name: "second", namespace: operators }, status });
      },
      /2 gateways are active/,
    ],
    [
      "a gateway that failed",
      says("Gateway", "gateway-cluster1", { statusFailure: "no cable" }),
      /gateway-cluster1: no cable/,
    ],
  ]);

  const remote = ({ kube }: FakeLab) => kube.cluster1.the("RouteAgent", "node-cluster1").status.remoteEndpoints;
  describeCheck(routesFromNodes, sound, [
    ["a node whose route agent says nothing", gone("RouteAgent", "node-cluster1"), /node-cluster1: no route agent/],
    [
      "a node from which the peer is not reached",
      (fake) => Object.assign(remote(fake)[0], { status: "error", statusMessage: "100% packet loss" }),
      /node-cluster1: error, 100% packet loss/,
    ],
    ["a node that knows no peer", (fake) => remote(fake).pop(), /node-cluster1: no endpoint of cluster2/],
    [
      "a route agent that failed",
      says("RouteAgent", "node-cluster1", { statusFailure: "no route" }),
      /node-cluster1: failed, no route/,
    ],
  ]);

  it("does not take a health check that is off for a failure", async () => {
    const fake = await sound();
    Object.assign(remote(fake)[0], { status: "none", statusMessage: "Health check is not enabled" });
    const [here, peer] = fake.lab.clusters;
    if (!here || !peer) throw new Error("two clusters");
    const { status, detail } = await routesFromNodes.ofPair(here, peer, fake.lab);
    deepEqual([status, detail], ["skipped", "no node asks: Health check is not enabled"]);
  });

  describeCheck(importedExports, sound, [
    ["no export", gone("ServiceExport", "redis-cart"), /there is no ServiceExport redis-cart/],
    [
      "an export of which nothing is said",
      says("ServiceExport", "redis-cart", { conditions: [] }),
      /ServiceExport redis-cart is not valid: nothing is said of it/,
    ],
    [
      "an export without a Service",
      says("ServiceExport", "redis-cart", {
        conditions: [{ type: "Valid", status: "False", message: "Service to be exported doesn't exist" }],
      }),
      /redis-cart is not valid: Service to be exported doesn't exist/,
    ],
    [
      "exports that contradict each other",
      says("ServiceExport", "productcatalogservice", {
        conditions: [
          { type: "Valid", status: "True" },
          { type: "Conflict", status: "True", message: "ports differ" },
        ],
      }),
      /productcatalogservice is in conflict: ports differ/,
    ],
    ["an export that is not imported", gone("ServiceImport", "checkoutservice"), /there is no ServiceImport checkout/],
    [
      "an import that one of the owners is not in",
      says("ServiceImport", "productcatalogservice", { clusters: [{ cluster: "cluster1" }] }),
      /ServiceImport productcatalogservice does not name cluster2/,
    ],
  ]);

  describeCheck(connectedGateways, sound, [
    ["nobody active", says("Gateway", "gateway-cluster1", { haStatus: "passive" }), /no gateway is active/],
    ["no endpoint of the peer's", says("Gateway", "gateway-cluster1", { connections: [] }), /knows no endpoint of/],
    [
      "a tunnel that is down",
      ({ kube }) => {
        const [tunnel] = kube.cluster1.the("Gateway", "gateway-cluster1").status.connections;
        Object.assign(tunnel, { status: "error", statusMessage: "no response" });
      },
      /error: no response/,
    ],
  ]);

  /** Another Corefile on the first cluster. */
  const written = (change: (corefile: string) => string) => (fake: FakeLab) => {
    const { data } = fake.kube.cluster1.the("ConfigMap", "coredns");
    data.Corefile = change(data.Corefile);
  };
  describeCheck(dnsForward, sound, [
    ["no Service", gone("Service", "clusterset-dns"), /there is no Service submariner-operator\/clusterset-dns/],
    ["no Corefile", gone("ConfigMap", "coredns"), /does not forward clusterset\.local/],
    ["an add-on that has its own", written((text) => text.slice(text.indexOf(".:53"))), /does not forward/],
    ["another address", written((text) => text.replace("172.20.0.11", "172.20.0.110")), /to 172\.20\.0\.11/],
    [
      "the operator's hand in it",
      written((text) => `#lighthouse-start\n#lighthouse-end\n${text}`),
      /the operator wrote into the add-on's Corefile/,
    ],
    [
      "no DNS server",
      ({ kube }) => {
        Object.assign(kube.cluster1.the("EndpointSlice", "clusterset-dns-abc"), { endpoints: [] });
      },
      /no DNS server of Lighthouse's is ready/,
    ],
  ]);
});
