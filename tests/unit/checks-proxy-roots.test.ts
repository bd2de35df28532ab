import { equal, match } from "node:assert/strict";
import { proxiesHaveRoots } from "../../checks/common/istio/proxy-roots";
import { type Issued, intermediate, leaf, rootAuthority } from "../support/certificates";
import { describeCheck, type FakeLab, fakeLab } from "../support/checks";
import { base64 } from "../support/kube";
import { nodes, pod } from "../support/packets-lab";

/** What proxies were given, as text. */
interface Given {
  chain: string;
  roots: string;
}

describe("checks of proxies' roots", () => {
  let [old, root, authority, workload]: Issued[] = [];
  let given: Given;
  before(async () => {
    [old, root] = [await rootAuthority("lab root"), await rootAuthority("lab root 2")];
    authority = await intermediate(root, "cluster1 intermediate");
    workload = await leaf(authority, "", { uses: ["server_auth", "client_auth"] });
  });

  const made = (): FakeLab => {
    const [first, second] = [root?.certificate ?? "", old?.certificate ?? ""];
    given = { chain: `${workload?.certificate}${authority?.certificate}${first}`, roots: second + first };
    const gateway = pod("istio-eastwestgateway", "istio-system");
    gateway.spec = { nodeName: "real", containers: [{ name: "istio-proxy" }] };
    const cart = pod("redis-cart", "boutique");
    cart.spec = { nodeName: "real", initContainers: [{ name: "istio-proxy" }], containers: [{ name: "server" }] };
    const objects = [...nodes, gateway, cart, pod("coredns", "kube-system")];
    const fake = fakeLab(
      { backend: "istio", trustAnchor: first, trusted: first + second },
      { cluster1: objects, cluster2: structuredClone(objects) },
    );
    for (const kube of Object.values(fake.kube)) {
      kube.answering = (_pod, container, command) =>
        container === "istio-proxy" && command.at(-1) === "config_dump?resource=dynamic_active_secrets"
          ? { stdout: dump(given) }
          : undefined;
    }
    return fake;
  };

  describeCheck(proxiesHaveRoots, async () => made(), [
    [
      "a proxy that was not told of the new root",
      () => {
        given.roots = old?.certificate ?? "";
      },
      /istio-eastwestgateway-1 does not trust the roots that the lab trusts; .*redis-cart-1 does not trust/s,
    ],
    [
      "one that trusts another besides",
      async () => {
        given.roots += (await rootAuthority("stranger")).certificate;
      },
      /does not trust the roots that the lab trusts/,
    ],
    [
      "one whose certificate is under the old root",
      async () => {
        const before = await intermediate(old as Issued, "cluster1 intermediate");
        const shown = await leaf(before, "", { uses: ["server_auth"] });
        given.chain = `${shown.certificate}${before.certificate}`;
      },
      /shows a certificate that is not under the root that issues/,
    ],
    [
      "one without a certificate",
      () => {
        given.chain = "";
      },
      /has no certificate/,
    ],
    [
      "one that does not answer",
      ({ kube }) => {
        kube.cluster1.answering = () => ({ stdout: "", stderr: "connection refused", exitCode: 1 });
      },
      /does not say what it was given: connection refused/,
    ],
  ]);

  it("says nothing of pods that are simulated", async () => {
    const fake = made();
    for (const name of ["istio-eastwestgateway-1", "redis-cart-1"]) {
      fake.kube.cluster1.the("Pod", name).spec = { nodeName: "simulated", containers: [{ name: "istio-proxy" }] };
    }
    const [first] = fake.lab.clusters;
    const found = await proxiesHaveRoots.ofCluster(first as NonNullable<typeof first>, fake.lab);
    equal(found.status, "skipped");
    match(found.detail, /simulated/);
  });
});

function dump({ chain, roots }: Given): string {
  const configs = [
    { name: "default", secret: { tls_certificate: { certificate_chain: { inline_bytes: base64(chain) } } } },
    { name: "ROOTCA", secret: { validation_context: { trusted_ca: { inline_bytes: base64(roots) } } } },
  ];
  return JSON.stringify({ configs });
}
