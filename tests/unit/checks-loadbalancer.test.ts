import { certificatesIn } from "../../checks/common/certificates";
import type { TlsFindings } from "../../checks/common/tls";
import { namesLeadToBalancers } from "../../checks/loadbalancer/names";
import { peersAlone } from "../../checks/loadbalancer/sources";
import { certificatesFitNames } from "../../checks/loadbalancer/tls";
import { entryOnTheWire } from "../../checks/loadbalancer/wire";
import { intermediate, leaf, rootAuthority } from "../support/certificates";
import { describeCheck, type FakeLab } from "../support/checks";
import { base64 } from "../support/kube";
import {
  type Authorities,
  authorities,
  frontendLeaf,
  ingressSecret,
  loadBalancerLab,
} from "../support/loadbalancer-lab";
import { pod } from "../support/packets-lab";

describe("checks of plain load balancers", () => {
  let trust: Authorities;
  before(async () => {
    trust = await authorities();
  });
  const sound = () => loadBalancerLab(trust);

  const name = (service: string, change: object) => (fake: FakeLab) => {
    Object.assign(fake.kube.cluster2.the("Service", service).spec, change);
  };
  describeCheck(namesLeadToBalancers, sound, [
    [
      "a name missing in the peer",
      ({ kube }) => kube.cluster2.remove("Service", "redis-cart-cluster1"),
      /there is no Service boutique\/redis-cart-cluster1/,
    ],
    [
      "the HTTPS name missing in the peer",
      ({ kube }) => kube.cluster2.remove("Service", "frontend-cluster1"),
      /there is no Service boutique\/frontend-cluster1/,
    ],
    [
      "an old load balancer's address",
      name("redis-cart-cluster1", { externalName: "old.elb.example" }),
      /redis-cart-cluster1 is old\.elb\.example, not redis-cart-cluster1\.elb\.example/,
    ],
    [
      "an HTTPS name that leads to another load balancer",
      name("frontend-cluster1", { externalName: "redis-cart-cluster1.elb.example" }),
      /frontend-cluster1 is redis-cart-cluster1\.elb\.example, not https-entry\.elb\.example/,
    ],
    [
      "a Service of another type",
      name("redis-cart-cluster1", { type: "ClusterIP" }),
      /redis-cart-cluster1 is a ClusterIP, not an ExternalName/,
    ],
    [
      "a load balancer without an address",
      ({ kube }) => {
        kube.cluster1.the("Service", "redis-cart-cluster1").status = {};
      },
      /the load balancer of boutique\/redis-cart-cluster1 has no address/,
    ],
    [
      "no HTTPS entry",
      ({ kube }) => kube.cluster1.remove("Service", "https-entry"),
      /the load balancer of boutique\/frontend-cluster1 has no address/,
    ],
    [
      "a name for what the owner shares no more",
      ({ kube }) => kube.cluster1.remove("Service", "redis-cart-cluster1"),
      /cluster1 has no boutique\/redis-cart-cluster1/,
    ],
  ]);

  const ingress = (change: (spec: ReturnType<FakeLab["kube"]["cluster1"]["the"]>) => void) => (fake: FakeLab) =>
    change(fake.kube.cluster1.the("Ingress", "frontend-cluster1").spec);
  const secret = "frontend-cluster1-tls";
  const reissued =
    (options = frontendLeaf, issuer = async () => trust.owner, now = new Date()) =>
    async ({ kube }: FakeLab) => {
      kube.cluster1.remove("Secret", secret);
      kube.cluster1.add(await ingressSecret(await issuer(), options, now));
    };
  const { dnsNames: hosts = [] } = frontendLeaf;
  describeCheck(certificatesFitNames, sound, [
    ["no Ingress", ({ kube }) => kube.cluster1.remove("Ingress", "frontend-cluster1"), /cluster1 has no Ingress/],
    [
      "an Ingress of no class",
      ingress((spec) => Object.assign(spec, { ingressClassName: undefined })),
      /is of no class, not of https-entry/,
    ],
    [
      "a class that nobody serves",
      ({ kube }) => kube.cluster1.remove("IngressClass", "https-entry"),
      /there is no IngressClass https-entry/,
    ],
    [
      "a name that the Ingress does not answer to",
      ingress((spec) => spec.rules.pop()),
      /does not answer to frontend-cluster1\.boutique$/m,
    ],
    [
      "a name without a certificate",
      ingress((spec) => Object.assign(spec.tls[0], { hosts: hosts.slice(1) })),
      /has no certificate for all of frontend-cluster1\.boutique\.svc\.cluster\.local/,
    ],
    ["no Secret", ({ kube }) => kube.cluster1.remove("Secret", secret), /there is no Secret boutique\/frontend-c/],
    [
      "an empty certificate",
      ({ kube }) => {
        kube.cluster1.the("Secret", secret).data["tls.crt"] = "";
      },
      /holds no certificate/,
    ],
    [
      "a key of another certificate",
      async ({ kube }) => {
        kube.cluster1.the("Secret", secret).data["tls.key"] = base64((await rootAuthority()).key);
      },
      /tls\.key in boutique\/frontend-cluster1-tls is not the certificate's/,
    ],
    [
      "a certificate that lacks the name that is called",
      reissued({ ...frontendLeaf, dnsNames: hosts.slice(1) }),
      /it does not name frontend-cluster1\.boutique\.svc\.cluster\.local/,
    ],
    ["a client's certificate", reissued({ ...frontendLeaf, uses: ["client_auth"] }), /it is not for servers/],
    ["a certificate that ended", reissued(frontendLeaf, undefined, new Date("2020-01-01")), /it ended on /],
    [
      "another root",
      reissued(frontendLeaf, async () => intermediate(await rootAuthority("another root"), "cluster1")),
      /its issuer is .*another root, not the root/,
    ],
    [
      "the intermediate left out",
      ({ kube }) => {
        const { data } = kube.cluster1.the("Secret", secret);
        const text = Buffer.from(data["tls.crt"], "base64").toString();
        data["tls.crt"] = base64(text.slice(0, text.indexOf("-----END CERTIFICATE-----") + 26));
      },
      /no intermediate follows it/,
    ],
  ]);

  const admits = (service: string, ranges: readonly string[] | undefined) => (fake: FakeLab) => {
    fake.kube.cluster1.the("Service", service).spec.loadBalancerSourceRanges = ranges;
  };
  describeCheck(peersAlone, sound, [
    [
      "a load balancer for everybody",
      admits("redis-cart-cluster1", undefined),
      /redis-cart-cluster1 admits everybody; the peers come from 10\.2\.0\.0\/16/,
    ],
    [
      "an HTTPS entry for everybody",
      admits("https-entry", ["0.0.0.0/0"]),
      /https-entry admits 0\.0\.0\.0\/0; the peers come from/,
    ],
    [
      "one more who may come",
      admits("redis-cart-cluster1", ["10.2.0.0/16", "192.0.2.0/24"]),
      /redis-cart-cluster1 admits 10\.2\.0\.0\/16, 192\.0\.2\.0\/24/,
    ],
    ["the peer shut out", admits("redis-cart-cluster1", ["10.1.0.0/16"]), /redis-cart-cluster1 admits 10\.1\.0\.0\/16/],
  ]);

  /** The lab with pods that run, and an entry that shows what the Secret at its Ingress holds. */
  const onTheWire = async (): Promise<FakeLab & { found: TlsFindings }> => {
    const fake = await loadBalancerLab(trust);
    const tls = fake.kube.cluster1.the("Secret", "frontend-cluster1-tls").data["tls.crt"];
    const chain = certificatesIn(Buffer.from(tls, "base64").toString()).map(String);
    const found: TlsFindings = { chain, encrypted: "answered", plaintext: "answered" };
    const replicas = [{ cluster: "cluster2", primaryHost: "redis-cart-cluster1.boutique" }];
    Object.assign(fake.lab, { demo: { namespace: "boutique", instances: [], replicas } });
    for (const cluster of fake.lab.clusters)
      Object.assign(cluster, { inPod: async () => ({ stdout: JSON.stringify(found), stderr: "", exitCode: 0 }) });
    const dns = { metadata: { name: "kube-dns", namespace: "kube-system" }, spec: { clusterIP: "172.20.0.10" } };
    fake.kube.cluster2.add({ apiVersion: "v1", kind: "Service", ...dns });
    fake.kube.cluster2.add(pod("redis-cart", "boutique"));
    const entry = pod("traefik", "https-entry");
    fake.kube.cluster1.add({
      ...entry,
      metadata: { ...entry.metadata, labels: { "app.kubernetes.io/name": "traefik" } },
    });
    return Object.assign(fake, { found });
  };
  const finds =
    (change: (found: { -readonly [key in keyof TlsFindings]: TlsFindings[key] }) => void) => (fake: FakeLab) =>
      change((fake as Awaited<ReturnType<typeof onTheWire>>).found);
  const shows = (make: () => Promise<string[]>) => async (fake: FakeLab) => {
    const chain = await make();
    finds((found) => (found.chain = chain))(fake);
  };
  describeCheck(entryOnTheWire, onTheWire, [
    ["no certificate", finds((found) => (found.chain = [])), /frontend-cluster1\.boutique\.\S+ shows no certificate/],
    ["no intermediate", finds((found) => (found.chain = found.chain.slice(0, 1))), /no intermediate follows it/],
    [
      "the certificate that a controller makes for itself",
      shows(async () => [(await rootAuthority("TRAEFIK DEFAULT CERT")).certificate]),
      /frontend-cluster1\.boutique\.svc\.cluster\.local: /,
    ],
    [
      "a certificate of another name",
      shows(async () => {
        const other = await leaf(trust.owner, "other", { dnsNames: ["other"], uses: ["server_auth"] });
        return [other.certificate, trust.owner.certificate];
      }),
      /does not name frontend-cluster1/,
    ],
    ["silence", finds((found) => (found.encrypted = "silent")), /says nothing after the handshake: silent/],
    [
      "no pod behind the entry",
      ({ kube }) => {
        kube.cluster1.remove("Pod", "traefik-1");
      },
      /there is no pod of traefik/,
    ],
  ]);
});
