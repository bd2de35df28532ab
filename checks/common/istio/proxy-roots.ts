import { X509Certificate } from "node:crypto";
import type { KubeObject } from "../../kube/client";
import { authorityProblems, certificatesIn, sameCertificates } from "../certificates";
import { type ClusterCheck, type LiveCluster, type LiveLab, skip, verdict } from "../check";
import { isReady, isReal, simulatedNodes, simulatedPods } from "../real-pods";
import { proxyContainer } from "./way";

/**
 * Every proxy that runs, gateways among them, trusts what the lab trusts and shows a certificate under the root that issues:
 * before that no step of a rotation may follow. They are told by istiod, whom some find only when the kubelet has renewed
 * the file with the roots in their pods: a minute or two.
 */
export const proxiesHaveRoots: ClusterCheck = {
  id: "istio-proxy-roots",
  expects: "proxies that run trust the roots of the lab, and their certificates are under the one that issues",
  patience: 120,
  ofCluster: async (cluster, lab) => {
    const { kube } = cluster;
    const [pods, simulated] = await Promise.all([kube.list("v1", "Pod"), simulatedNodes(kube)]);
    const withProxy = pods.filter((pod) => hasProxy(pod) && isReal(pod, simulated) && isReady(pod));
    if (withProxy.length === 0) return skip(simulatedPods);
    const problems = await Promise.all(withProxy.map((pod) => problemsOf(cluster, pod, lab)));
    const wrong = problems.flat().filter((problem) => problem !== false);
    return verdict(
      [...wrong.slice(0, told), wrong.length > told && `and ${wrong.length - told} more`],
      inWords(withProxy),
    );
  },
};

/** As many as tell what it is. */
const told = 5;

function inWords({ length }: readonly KubeObject[]): string {
  return `${length} proxies`;
}

function hasProxy({ spec }: KubeObject): boolean {
  const { containers = [], initContainers = [] } = spec as PodSpec;
  return [...containers, ...initContainers].some(({ name }) => name === proxyContainer);
}

interface PodSpec {
  readonly containers?: readonly { readonly name: string }[];
  readonly initContainers?: readonly { readonly name: string }[];
}

/** A secret as Envoy lists those that it was given (administration interface, `/config_dump`: SecretsConfigDump). */
interface GivenSecret {
  readonly name?: string;
  readonly secret?: {
    readonly tls_certificate?: { readonly certificate_chain?: Inline };
    readonly validation_context?: { readonly trusted_ca?: Inline };
  };
}

interface Inline {
  readonly inline_bytes?: string;
}

async function problemsOf(
  { kube }: LiveCluster,
  { metadata: { namespace = "", name } }: KubeObject,
  { trustAnchor, trusted }: LiveLab,
): Promise<(string | false)[]> {
  const ask = ["pilot-agent", "request", "GET", "config_dump?resource=dynamic_active_secrets"];
  const { stdout, stderr } = await kube.exec({ namespace, name }, proxyContainer, ask);
  const from = stdout.indexOf("{");
  if (from < 0) return [`${name} does not say what it was given: ${stderr.trim().split("\n").at(-1)}`];
  const { configs = [] } = JSON.parse(stdout.slice(from)) as { readonly configs?: readonly GivenSecret[] };
  const given = (of: string) => configs.find((each) => each.name === of)?.secret;
  const roots = textOf(given("ROOTCA")?.validation_context?.trusted_ca);
  const [, issuer] = certificatesIn(textOf(given("default")?.tls_certificate?.certificate_chain));
  const wrong = issuer && authorityProblems(issuer, new X509Certificate(trustAnchor)).length > 0;
  return [
    !sameCertificates(roots, trusted) && `${name} does not trust the roots that the lab trusts`,
    !issuer && `${name} has no certificate`,
    wrong === true && `${name} shows a certificate that is not under the root that issues`,
  ];
}

function textOf({ inline_bytes = "" }: Inline = {}): string {
  return Buffer.from(inline_bytes, "base64").toString();
}
