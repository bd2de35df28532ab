import { deepEqual } from "node:assert/strict";
import type { KubeObject } from "../../checks/kube/client";
import { credentials } from "../../checks/linkerd/credentials";
import { gatewayAddress } from "../../checks/linkerd/gateway";
import { gatewayApiVersion } from "../../checks/linkerd/gateway-api";
import { link } from "../../checks/linkerd/link";
import { mirrors } from "../../checks/linkerd/mirrors";
import { issuersDiffer, issuerUnderRoot } from "../../checks/linkerd/trust";
import { credentialsSecret } from "../../components/backends/linkerd/names";
import { intermediate, rootAuthority } from "../support/certificates";
import { describeCheck, type FakeLab, gone, outputs } from "../support/checks";
import { base64 } from "../support/kube";
import { type LinkerdSetting, linkerdLab, linkerdSetting } from "../support/linkerd-lab";

const issuerName = "identity.linkerd.cluster.local";

describe("checks of Linkerd", () => {
  let setting: LinkerdSetting;
  before(async () => {
    setting = await linkerdSetting();
  });
  after(() => {
    for (const server of Object.values(setting.api)) server.close();
  });
  const sound = () => linkerdLab(setting);

  const definition = "httproutes.gateway.networking.k8s.io";
  const bundle = (version: string) => (fake: FakeLab) => {
    fake.kube.cluster1.the("CustomResourceDefinition", definition).metadata.annotations = {
      "gateway.networking.k8s.io/bundle-version": version,
    };
  };

  describeCheck(gatewayApiVersion, sound, [
    ["no Gateway API", gone("CustomResourceDefinition", definition), /there is no definition httproutes/],
    ["one too old for Linkerd", bundle("v1.1.1"), /its version is v1\.1\.1, Linkerd supports 1\.2\.1 to 1\.5\.1/],
    ["one too new for Linkerd", bundle("v1.6.1"), /its version is v1\.6\.1/],
    ["one of no known version", bundle("main"), /its version is main/],
    [
      "a definition that was not taken",
      ({ kube }) => {
        kube.cluster1.the("CustomResourceDefinition", definition).status = {};
      },
      /its definition is not established/,
    ],
  ]);

  /** Another issuer on the first cluster. */
  const issued =
    (made: () => Promise<{ readonly key: string; readonly certificate: string }>) => async (fake: FakeLab) => {
      const { key, certificate } = await made();
      const { data } = fake.kube.cluster1.the("Secret", "linkerd-identity-issuer");
      Object.assign(data, { "tls.crt": base64(certificate), "tls.key": base64(key) });
    };
  const anchors = (text: () => string | Promise<string>) => async (fake: FakeLab) => {
    fake.kube.cluster1.the("ConfigMap", "linkerd-identity-trust-roots").data["ca-bundle.crt"] = await text();
  };
  const otherRoot = async () => (await rootAuthority("lab root")).certificate;

  describeCheck(issuerUnderRoot, sound, [
    ["no issuer", gone("Secret", "linkerd-identity-issuer"), /there is no Secret linkerd\/linkerd-identity-issuer/],
    [
      "no anchors",
      gone("ConfigMap", "linkerd-identity-trust-roots"),
      /there is no ConfigMap linkerd\/linkerd-identity/,
    ],
    [
      "an issuer of another root by the same name",
      issued(async () => intermediate(await rootAuthority("lab root"), issuerName)),
      /its signature is not the root's/,
    ],
    [
      "a key that Linkerd does not take",
      issued(() => intermediate(setting.root, issuerName, { curve: "P384" })),
      /its key is ec secp384r1, Linkerd takes ECDSA P-256 alone/,
    ],
    [
      "an issuer of another name",
      issued(() => intermediate(setting.root, "cluster1")),
      /it is called CN=cluster1, not identity\.linkerd\.cluster\.local/,
    ],
    [
      "a key of another issuer",
      issued(async () => ({ certificate: setting.issuers.cluster1.certificate, key: setting.issuers.cluster2.key })),
      /tls\.key is not the key of tls\.crt/,
    ],
    ["another anchor", anchors(otherRoot), /the trust anchors are not the roots that the lab trusts/],
    ["no anchor at all", anchors(() => ""), /the trust anchors are not the roots that the lab trusts/],
  ]);

  describeCheck(issuersDiffer, sound, [
    [
      "the peer's own issuer",
      issued(async () => setting.issuers.cluster2),
      /both have the same certificate.*both have the same key/,
    ],
    [
      "an issuer of the peer's name",
      issued(() => intermediate(setting.root, issuerName, { organizationalUnit: "cluster2" })),
      /both issuers have the same subject/,
    ],
    [
      "an anchor that the peer lacks",
      anchors(async () => `${setting.root.certificate}${await otherRoot()}`),
      /they trust different anchors/,
    ],
  ]);

  describeCheck(gatewayAddress, sound, [
    [
      "no Service",
      gone("Service", "linkerd-gateway-peers"),
      /there is no Service linkerd-multicluster\/linkerd-gateway/,
    ],
    [
      "another address than the outputs'",
      (fake) => outputs(fake, { gateway: "old.example" }),
      /its address is cluster1\.elb\.example, the outputs say old\.example/,
    ],
    [
      "no address",
      ({ kube }) => {
        kube.cluster1.the("Service", "linkerd-gateway-peers").status = {};
      },
      /its load balancer has no address/,
    ],
    [
      "no port for probes",
      ({ kube }) => {
        kube.cluster1.the("Service", "linkerd-gateway-peers").spec.ports = [{ port: 4143 }];
      },
      /it does not listen on 4191/,
    ],
  ]);

  /** A copy of the credentials with which the first cluster reads the second. */
  const copyIn = ({ kube }: FakeLab, namespace: string): { data: Record<string, string>; [key: string]: unknown } => {
    const found = kube.cluster1
      .all("Secret")
      .find(({ metadata }) => metadata.namespace === namespace && /^cluster-c/.test(metadata.name));
    if (!found) throw new Error(`there are no credentials in ${namespace}`);
    return found as never;
  };
  const holding = (namespaces: readonly string[], kubeconfig: () => string) => (fake: FakeLab) => {
    for (const namespace of namespaces) copyIn(fake, namespace).data.kubeconfig = base64(kubeconfig());
  };
  const both = ["linkerd-multicluster", "linkerd"];
  const may = (access: string) => () => {
    setting.api.cluster2.rights.more.add(access);
  };

  describeCheck(credentials, sound, [
    [
      "no credentials",
      gone("Secret", credentialsSecret("cluster2", "read")),
      /there is no Secret .*cluster-credentials/,
    ],
    ["a Link that names none", gone("Link", "cluster2"), /there is no Link cluster2 that names a Secret/],
    [
      "two copies for the destination controller, which forgets the cluster when either goes",
      ({ kube }) => {
        const { metadata, ...secret } = copyIn({ kube } as FakeLab, "linkerd") as unknown as KubeObject;
        kube.cluster1.add({ ...secret, metadata: { ...metadata, name: "old" } } as KubeObject);
      },
      /2 Secrets in linkerd have the label multicluster\.linkerd\.io\/cluster-name=cluster2/,
    ],
    [
      "a token that the peer does not know",
      () => {
        setting.api.cluster2.rights.token = "another";
      },
      /Unauthorized/,
    ],
    [
      "credentials that do not let its controllers watch",
      () => {
        setting.api.cluster2.rights.readable = ["services", "endpoints", "pods"];
      },
      /it may not list endpointslices; it may not watch endpointslices/,
    ],
    [
      "credentials of another cluster",
      holding(both, () => setting.api.cluster1.kubeconfig()),
      /it leads to https:\/\/127\.0\.0\.1:\d+, the peer is https:\/\/127\.0\.0\.1:\d+/,
    ],
    [
      "other credentials for the destination controller",
      holding(["linkerd"], () => setting.api.cluster2.kubeconfig("old")),
      /the destination controller has others/,
    ],
    [
      "a reader that sees nothing",
      () => {
        setting.api.cluster2.rights.services = 0;
      },
      /it sees no Service/,
    ],
    ["a reader that may make Services", may("create /services"), /it may create services/],
    ["a reader that may read Secrets", may("list /secrets"), /it may list secrets/],
    ["a reader that may read ConfigMaps", may("list /configmaps"), /it may list configmaps/],
    [
      "a reader that may bind roles",
      may("create rbac.authorization.k8s.io/clusterrolebindings"),
      /it may create clusterrolebindings/,
    ],
    [
      "a write that goes through",
      () => {
        setting.api.cluster2.rights.write = true;
      },
      /a write with it went through/,
    ],
    [
      "a Secret of another type",
      (fake) => {
        copyIn(fake, "linkerd").type = "Opaque";
      },
      /the type of a copy is Opaque, not mirror\.linkerd\.io\/remote-kubeconfig/,
    ],
    [
      "a copy that the destination controller passes over",
      (fake) => {
        copyIn(fake, "linkerd").metadata = { name: "cluster-credentials-cluster2", namespace: "linkerd" };
      },
      /no Secret in linkerd has the label multicluster\.linkerd\.io\/cluster-name=cluster2/,
    ],
    [
      "a copy that the destination controller fails on",
      (fake) => {
        (copyIn(fake, "linkerd") as unknown as KubeObject).metadata.annotations = {};
      },
      /copy has multicluster\.linkerd\.io\/trust-domain unset, not cluster\.local/,
    ],
  ]);

  const spec = (changes: object) => (fake: FakeLab) => {
    Object.assign(fake.kube.cluster1.the("Link", "cluster2").spec, changes);
  };

  describeCheck(link, sound, [
    ["no Link", gone("Link", "cluster2"), /there is no Link linkerd-multicluster\/cluster2/],
    ["no controller for it", gone("Deployment", "controller-cluster2"), /no controller mirrors cluster2/],
    ["its own cluster as target", spec({ targetClusterName: "cluster1" }), /it leads back to its own cluster/],
    ["another target", spec({ targetClusterName: "cluster3" }), /its target is cluster3, not cluster2/],
    ["other credentials", spec({ clusterCredentialsSecret: "x" }), /its Secret is x, not one of cluster2's/],
    [
      "an old address",
      spec({ gatewayAddress: "old.example" }),
      /its gateway is old\.example, not cluster2\.elb\.example/,
    ],
    ["no address", spec({ gatewayAddress: undefined }), /its gateway is not set, not cluster2\.elb\.example/],
    ["another port", spec({ gatewayPort: "443" }), /its gateway's port is 443, not 4143/],
    ["another port for probes", spec({ probeSpec: { port: "80" } }), /its probe's port is 80, not 4191/],
    [
      "another identity",
      spec({ gatewayIdentity: "x" }),
      /its gateway's identity is x, not linkerd-gateway\.linkerd-multi/,
    ],
    [
      "a gateway where pods call pods",
      ({ lab }) => Object.assign(lab.clusters[1] ?? {}, { gateway: undefined }),
      /its gateway is cluster2\.elb\.example, not unset/,
    ],
  ]);

  const statusOf = ({ kube }: FakeLab) => kube.cluster1.the("Link", "cluster2").status;
  describeCheck(mirrors, sound, [
    ["no Link", gone("Link", "cluster2"), /there is no Link linkerd-multicluster\/cluster2/],
    [
      "a gateway whose name did not resolve",
      (fake) => {
        const [{ conditions }] = statusOf(fake).mirrorServices;
        Object.assign(conditions[0], { status: "False", message: "Failed to create mirror endpoints: no such host" });
      },
      /boutique\/checkoutservice: Failed to create mirror endpoints: no such host/,
    ],
    [
      "a member that could not join",
      (fake) => {
        statusOf(fake).federatedServices[0].conditions = [];
      },
      /boutique\/productcatalogservice: not mirrored/,
    ],
    [
      "a controller that says nothing",
      ({ kube }) => {
        kube.cluster1.the("Link", "cluster2").status = undefined;
      },
      /nothing is said of boutique\/checkoutservice; nothing is said of boutique\/productcatalogservice/,
    ],
  ]);

  it("asks nothing of the direction that is not linked", async () => {
    const { lab } = await sound();
    const [here, peer] = lab.clusters;
    if (!here || !peer) throw new Error("two clusters");
    const oneWay = { ...here, reaches: [] };
    const found = await Promise.all([credentials, link, mirrors].map((check) => check.ofPair(oneWay, peer, lab)));
    deepEqual(
      found.map(({ status, detail }) => `${status}: ${detail}`),
      Array(3).fill("skipped: cluster1 does not mirror cluster2"),
    );
  });
});
