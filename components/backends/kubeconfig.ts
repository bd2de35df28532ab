/** A kubeconfig as JSON, which is YAML too: an endpoint and a token, no program that a controller would have to run. */
export function tokenKubeconfig(name: string, server: string, certificateAuthority: string, token: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server, "certificate-authority-data": certificateAuthority } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  });
}
