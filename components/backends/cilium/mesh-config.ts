/** What agents and the mesh's API server are told of the peers: etcd client configurations and users. */
import { meshPort, meshServerHost, remoteUser } from "./names";

/** Where the chart mounts the peers' configurations and the certificates that go with them. */
const mounted = "/var/lib/cilium/clustermesh";

/**
 * For the mesh's API server, which reads from the peer's with this cluster's `remote` certificate.
 *
 * @param address the peer's load balancer; its certificate must carry this very name
 * @param roots which roots are trusted
 */
export function peerConfig(address: string, roots: string): string {
  return etcdConfig(address, "common", roots);
}

/**
 * For the agents, which read what the API server of their own cluster has copied, with the `local` certificate.
 *
 * @param roots which roots are trusted
 */
export function agentConfig(roots: string): string {
  return etcdConfig(meshServerHost, "local", roots);
}

/**
 * YAML in this very form: Cilium takes a file for a peer's configuration only if it finds the text `endpoints:` in it,
 * which JSON does not have (cilium pkg/clustermesh/common/config.go). With another text it connects anew, and only then it
 * reads the file with the authorities: so the text names them.
 */
function etcdConfig(host: string, certificate: "common" | "local", roots: string): string {
  return [
    "endpoints:",
    `- https://${host}:${meshPort}`,
    `trusted-ca-file: ${mounted}/${certificate}-etcd-client-ca.crt`,
    `key-file: ${mounted}/${certificate}-etcd-client.key`,
    `cert-file: ${mounted}/${certificate}-etcd-client.crt`,
    `# roots: ${roots}`,
    "",
  ].join("\n");
}

/** The peers as users that may read from this cluster's API server: one for the common name of each one's certificate. */
export function remoteUsers(peers: readonly string[]): string {
  return ["users:", ...peers.flatMap((peer) => [`- name: ${remoteUser(peer)}`, "  role: remote"]), ""].join("\n");
}
