import { X509Certificate } from "node:crypto";
import {
  ciliumNamespace,
  hubbleHost,
  hubbleRelaySecret,
  hubbleServerSecret,
  meshServerHost,
  remoteUser,
} from "../../components/backends/cilium/names";
import { authorityProblems, certificatesIn, keyBelongs, oneLine, sameCertificates } from "../common/certificates";
import { type ClusterCheck, type LiveCluster, type LiveLab, verdict } from "../common/check";
import { secretData } from "../common/secret";
import { agentConfig } from "./agent-config";

/** Roots that certificates are held against. */
type LabTrust = Pick<LiveLab, "trustAnchor" | "trusted">;

/** A certificate as the mesh's pods get it. */
export interface MeshCertificate {
  readonly leaf: X509Certificate;
  readonly commonName: string | undefined;
  /** What keeps it from being accepted by those who trust the lab's root; empty when nothing does. */
  readonly problems: readonly string[];
}

/** Extended key usages (RFC 5280, 4.2.1.12). */
const purposes = {
  server: { oid: "1.3.6.1.5.5.7.3.1", name: "servers" },
  client: { oid: "1.3.6.1.5.5.7.3.2", name: "clients" },
} as const;

/** @throws when the Secret or a key of it is not there, or holds no certificate */
export function meshCertificate(
  cluster: LiveCluster,
  what: "server" | "admin" | "remote" | "local",
  trust: LabTrust,
): Promise<MeshCertificate> {
  const purpose = what === "server" ? "server" : "client";
  return readCertificate(cluster, `clustermesh-apiserver-${what}-cert`, what, [purpose], trust);
}

async function readCertificate(
  { kube }: LiveCluster,
  name: string,
  what: string,
  wanted: readonly (keyof typeof purposes)[],
  trust: LabTrust,
): Promise<MeshCertificate> {
  const data = await secretData(kube, ciliumNamespace, name);
  const anchor = new X509Certificate(trust.trustAnchor);
  const [leaf, issuer] = certificatesIn(data("tls.crt"));
  if (!leaf || !issuer) throw new Error(`${name} lacks its certificate or that of the issuer`);
  const now = new Date();
  const problems = [
    ...authorityProblems(issuer, anchor, now).map((problem) => `its issuer: ${problem}`),
    !sameCertificates(data("ca.crt"), trust.trusted) && "ca.crt does not hold the roots that the lab trusts",
    !leaf.checkIssued(issuer) && `its issuer is ${oneLine(leaf.issuer)}, not ${oneLine(issuer.subject)}`,
    !leaf.verify(issuer.publicKey) && "its signature is not its issuer's",
    leaf.ca && "it is an authority",
    ...wanted.map(
      (purpose) => !leaf.keyUsage?.includes(purposes[purpose].oid) && `it is not for ${purposes[purpose].name}`,
    ),
    !keyBelongs(data("tls.key"), leaf) && "tls.key is not its key",
    new Date(leaf.validTo) < now && `it ended on ${leaf.validTo}`,
    new Date(leaf.validFrom) > now && `it begins on ${leaf.validFrom}`,
  ].filter((problem) => typeof problem === "string");
  return {
    leaf,
    commonName: /^CN=(.*)$/m.exec(leaf.subject)?.[1],
    problems: problems.map((problem) => `${what}: ${problem}`),
  };
}

/** The server's certificate is good for every name under which it is called; clients have the names that etcd knows. */
export const meshCertificates: ClusterCheck = {
  id: "cilium-certificates",
  expects: "the mesh's certificates are under the lab's root and name who shows them",
  ofCluster: async (cluster, lab) => {
    const { name, gateway } = cluster;
    const server = await meshCertificate(cluster, "server", lab);
    const clients = await Promise.all(
      (
        [
          ["admin", `admin-${name}`],
          ["local", `local-${name}`],
          ["remote", remoteUser(name)],
        ] as const
      ).map(async ([what, wanted]) => {
        const { commonName, problems } = await meshCertificate(cluster, what, lab);
        return [...problems, commonName !== wanted && `${what}: it is for ${commonName}, not for ${wanted}`];
      }),
    );
    return verdict(
      [
        ...server.problems,
        ...[meshServerHost, gateway ?? "no load balancer"].map(
          (host) => server.leaf.checkHost(host) === undefined && `server: it is not good for ${host}`,
        ),
        server.leaf.checkIP("127.0.0.1") === undefined && "server: it is not good for 127.0.0.1",
        ...clients.flat(),
        ...(await hubbleProblems(cluster, lab)),
      ],
      `server good for ${gateway}, until ${server.leaf.validTo}`,
    );
  },
};

/** Agents show one certificate to the relays of all clusters; those come with one of their own. */
async function hubbleProblems(cluster: LiveCluster, trust: LabTrust): Promise<(string | false)[]> {
  const { hubble } = await agentConfig(cluster);
  if (!hubble) return [];
  const [agents, relay] = await Promise.all([
    readCertificate(cluster, hubbleServerSecret, "Hubble", ["server", "client"], trust),
    readCertificate(cluster, hubbleRelaySecret, "Hubble's relay", ["client"], trust),
  ]);
  const host = hubbleHost("node", cluster.name);
  return [
    ...agents.problems,
    ...relay.problems,
    agents.leaf.checkHost(host) === undefined && `Hubble: it is not good for ${host}`,
  ];
}
