import { meshCertificates } from "../../checks/cilium/certificates";
import { clusterSet } from "../../checks/cilium/cluster-set";
import { meshAddress, meshPeer } from "../../checks/cilium/mesh";
import { agentMtu, ipsecKey, meshFits, meshIdentity } from "../../checks/cilium/network";
import { rootAuthority } from "../support/certificates";
import { type Breakage, describeCheck, type FakeLab, gone, outputs, secretHolds } from "../support/checks";
import {
  type Authorities,
  agentNames,
  authorities,
  certificateSecret,
  ciliumLab,
  meshSecretName,
  serverNames,
} from "../support/cilium-lab";
import { base64 } from "../support/kube";

describe("checks of Cilium", () => {
  let trust: Authorities;
  before(async () => {
    trust = await authorities();
  });
  const sound = () => ciliumLab(trust);

  /** Another value in the first cluster's configuration of the agents. */
  const configured = (key: string, value: string) => (fake: FakeLab) => {
    fake.kube.cluster1.the("ConfigMap", "cilium-config").data[key] = value;
  };
  /** Addresses of the VPC on both clusters. */
  const withEni = (more: object) => (fake: FakeLab) => {
    for (const kube of Object.values(fake.kube))
      Object.assign(kube.the("ConfigMap", "cilium-config").data, { ipam: "eni", "routing-mode": "native", ...more });
  };

  describeCheck(agentMtu, sound, [
    [
      "no agents' configuration",
      gone("ConfigMap", "cilium-config"),
      /there is no ConfigMap kube-system\/cilium-config/,
    ],
    ["the interface's MTU", configured("mtu", "9001"), /agents start from 9001, what fits through the path is 8500/],
    ["another overhead than planned", configured("enable-ipsec", "false"), /8500 less 50 for VXLAN is 8450/],
    ["an unknown datapath", configured("routing-mode", "native"), /none of the lab's datapaths/],
  ]);

  describeCheck(meshIdentity, sound, [
    ["another name", configured("cluster-name", "other"), /agents call it other/],
    ["a number with the high bit", configured("cluster-id", "128"), /its number is 128, not one from 1 to 127/],
    ["no number", configured("cluster-id", "0"), /its number is 0/],
  ]);

  describeCheck(meshFits, sound, [
    ["one number for both", configured("cluster-id", "2"), /both are number 2/],
    ["one name for both", configured("cluster-name", "cluster2"), /both are called cluster2/],
    ["pools that overlap", configured("cluster-pool-ipv4-cidr", "10.102.0.0/20"), /10\.102\.0\.0\/20 .* overlap/],
    ["two datapaths", configured("ipam", "eni"), /datapaths eni and vxlan/],
    ["encryption on one side", configured("enable-ipsec", "false"), /encryption is none here and ipsec there/],
    ["two MTUs", configured("mtu", "1500"), /MTU is 1500 here and 8500 there/],
    [
      "IPsec within the own VPC alone",
      withEni({}),
      /agents encrypt to their own VPC, the peer's pods are in 10\.0\.0\.0\/8/,
    ],
    [
      "IPsec to a range without the peer",
      withEni({ "ipv4-native-routing-cidr": "172.16.0.0/12" }),
      /agents encrypt to 172\.16\.0\.0\/12, the peer's pods are in/,
    ],
  ]);

  describeCheck(ipsecKey, sound, [
    ["no key", gone("Secret", "cilium-ipsec-keys"), /there is no Secret kube-system\/cilium-ipsec-keys/],
    [
      "two keys",
      secretHolds("cilium-ipsec-keys", "keys", `3+ rfc4106(gcm(aes)) ${"cd".repeat(20)} 128`),
      /the two clusters have different keys/,
    ],
    [
      "a key too short",
      secretHolds("cilium-ipsec-keys", "keys", "3+ rfc4106(gcm(aes)) abcd 128"),
      /not one that agents can read/,
    ],
  ]);

  describeCheck(meshAddress, sound, [
    ["no Service", gone("Service", "clustermesh-apiserver"), /there is no Service kube-system\/clustermesh-apiserver/],
    [
      "another address than the outputs'",
      (fake) => outputs(fake, { gateway: "other.example" }),
      /its address is cluster1\.elb\.example, the outputs say other\.example/,
    ],
    [
      "no address anywhere",
      ({ lab, kube }) => {
        Object.assign(lab.clusters[0] ?? {}, { gateway: undefined });
        kube.cluster1.the("Service", "clustermesh-apiserver").status = {};
      },
      /its load balancer has no address/,
    ],
  ]);

  /** Another server's certificate on the first cluster. */
  const served =
    (but: readonly string[], issuer = () => trust.of.cluster1, now = new Date()) =>
    ({ kube }: FakeLab) =>
      reissue(kube.cluster1, meshSecretName("server"), "server", serverNames("cluster1", but), issuer, now);

  async function reissue(
    kube: FakeLab["kube"]["cluster1"],
    secret: string,
    commonName: string,
    options: Parameters<typeof certificateSecret>[4],
    issuer = () => trust.of.cluster1,
    now = new Date(),
  ): Promise<void> {
    kube.remove("Secret", secret);
    kube.add(await certificateSecret(trust, issuer(), secret, commonName, options, now));
  }

  const certificates: Breakage[] = [
    ["no load balancer's name in it", served(["cluster1.elb.example"]), /not good for cluster1\.elb\.example/],
    [
      "another root",
      async (fake) => {
        const other = await rootAuthority("lab root");
        fake.kube.cluster1.the("Secret", "clustermesh-apiserver-server-cert").data["ca.crt"] = base64(
          other.certificate,
        );
      },
      /server: ca\.crt does not hold the roots that the lab trusts/,
    ],
    [
      "a key of another certificate",
      ({ kube }) => {
        const other = kube.cluster1.the("Secret", "clustermesh-apiserver-admin-cert").data["tls.key"];
        kube.cluster1.the("Secret", "clustermesh-apiserver-server-cert").data["tls.key"] = other;
      },
      /server: tls\.key is not its key/,
    ],
    [
      "the intermediate left out",
      ({ kube }) => {
        const { data } = kube.cluster1.the("Secret", "clustermesh-apiserver-server-cert");
        const text = Buffer.from(data["tls.crt"], "base64").toString();
        data["tls.crt"] = base64(text.slice(0, text.indexOf("-----END CERTIFICATE-----") + 26));
      },
      /lacks its certificate or that of the issuer/,
    ],
    ["an end in the past", served([], undefined, new Date("2020-01-01")), /server: it ended on /],
    [
      "a beginning in the future",
      // Reckoned when the test runs: in a run of an hour an hour after loading is no future any more.
      (fake) => served([], undefined, new Date(Date.now() + 3_600_000))(fake),
      /server: it begins on /,
    ],
  ];

  describeCheck(meshCertificates, sound, [
    ...certificates,
    [
      "no name within the cluster",
      served(["clustermesh-apiserver.kube-system.svc"]),
      /not good for clustermesh-apiserver\.kube/,
    ],
    ["no loopback address", served(["127.0.0.1"]), /not good for 127\.0\.0\.1/],
    ["a Secret missing", gone("Secret", "clustermesh-apiserver-local-cert"), /there is no Secret .*-local-cert/],
    [
      "a client of another name",
      ({ kube }) => reissue(kube.cluster1, meshSecretName("local"), "local-other", { uses: ["client_auth"] }),
      /local: it is for local-other, not for local-cluster1/,
    ],
    [
      "a client that may only serve",
      ({ kube }) => reissue(kube.cluster1, meshSecretName("admin"), "admin-cluster1", { uses: ["server_auth"] }),
      /admin: it is not for clients/,
    ],
    [
      "a server that may only call",
      ({ kube }) =>
        reissue(kube.cluster1, meshSecretName("server"), "server", {
          ...serverNames("cluster1"),
          uses: ["client_auth"],
        }),
      /server: it is not for servers/,
    ],
    [
      "Hubble's agents with another cluster's names",
      ({ kube }) => reissue(kube.cluster1, "hubble-server-certs", "agents", agentNames("cluster2")),
      /Hubble: it is not good for node\.cluster1\.hubble-grpc\.cilium\.io/,
    ],
    [
      "Hubble's relay with a certificate of another authority",
      async ({ kube }) => {
        const other = await rootAuthority("other");
        await reissue(kube.cluster1, "hubble-relay-client-certs", "relay", { uses: ["client_auth"] }, () => other);
      },
      /Hubble's relay: its issuer: .*/,
    ],
    ["no certificate for Hubble", gone("Secret", "hubble-server-certs"), /there is no Secret .*hubble-server-certs/],
  ]);

  const asked = (host: string) => `endpoints:\n- https://${host}:2379\n`;
  describeCheck(meshPeer, sound, [
    ["the peer's certificate not good for its address", served(["cluster1.elb.example"]), /not good for cluster1\.elb/],
    ["no peers", gone("Secret", "cilium-kvstoremesh"), /there is no Secret kube-system\/cilium-kvstoremesh/],
    [
      "the peer's old address",
      secretHolds("cilium-kvstoremesh", "cluster2", asked("old.example")),
      /the mesh's API server would ask https:\/\/old\.example:2379/,
    ],
    [
      "agents that ask the peer",
      secretHolds("cilium-clustermesh", "cluster2", asked("cluster2.elb.example")),
      /agents would ask/,
    ],
    [
      "a configuration in JSON",
      secretHolds("cilium-kvstoremesh", "cluster2", '{"endpoints":["https://cluster2.elb.example:2379"]}'),
      /is not one that Cilium recognises/,
    ],
    [
      "a second endpoint",
      secretHolds("cilium-kvstoremesh", "cluster2", `${asked("cluster2.elb.example")}- https://x.example:2379\n`),
      /would ask https:\/\/x\.example:2379 too/,
    ],
    [
      "another peer's certificate",
      ({ kube }) => reissue(kube.cluster1, meshSecretName("remote"), "remote-cluster3", { uses: ["client_auth"] }),
      /it comes as remote-cluster3, not as remote-cluster1/,
    ],
    [
      "a user that may write",
      ({ kube }) => {
        kube.cluster1.the("ConfigMap", "clustermesh-remote-users").data["users.yaml"] =
          "users:\n- name: remote-cluster2\n  role: root\n";
      },
      /the peer knows no user remote-cluster2 that may read/,
    ],
    ["no users", gone("ConfigMap", "clustermesh-remote-users"), /the peer knows no user remote-cluster2/],
  ]);

  const importsDefinition = "serviceimports.multicluster.x-k8s.io";
  describeCheck(clusterSet, sound, [
    ["a kind missing", gone("CustomResourceDefinition", importsDefinition), /there is no definition serviceimports/],
    [
      "a version that is not served",
      ({ kube }) => {
        kube.cluster1.the("CustomResourceDefinition", importsDefinition).spec.versions[1].served = false;
      },
      /serviceimports\.multicluster\.x-k8s\.io is not served as v1beta1/,
    ],
    [
      "a Corefile without the zone",
      ({ kube }) => {
        const { data } = kube.cluster1.the("ConfigMap", "coredns");
        data.Corefile = data.Corefile.replace("cluster.local clusterset.local", "cluster.local");
      },
      /the Corefile does not answer clusterset\.local/,
    ],
    [
      "a Corefile without the directive",
      ({ kube }) => {
        const { data } = kube.cluster1.the("ConfigMap", "coredns");
        data.Corefile = data.Corefile.replace(/^ *multicluster.*\n/m, "");
      },
      /the Corefile does not answer clusterset\.local/,
    ],
    ["no role", gone("ClusterRole", "coredns-mcsapi"), /does not let anybody list and watch/],
    [
      "a role that may only list",
      ({ kube }) => {
        kube.cluster1.the("ClusterRole", "coredns-mcsapi").rules[0].verbs = ["list"];
      },
      /does not let anybody list and watch/,
    ],
    ["no binding", gone("ClusterRoleBinding", "coredns-mcsapi"), /is not bound to the account of DNS/],
  ]);
});
