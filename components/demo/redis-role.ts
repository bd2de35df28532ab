/**
 * Shell commands by which a Redis is what its configuration says: a primary, or the copy of one. `redis-cli` finds the
 * password in the container's environment.
 */

/**
 * Follows the line `replicaof` of the configuration for as long as the container runs. The kubelet brings a changed Secret
 * into the container within about a minute (Kubernetes documentation, secret: "Using Secrets as files from a Pod"); Redis
 * itself reads the file only when it starts.
 */
export function keepFollowing(configuration: string): string {
  const now = `$(redis-cli info replication | tr -d '\\r' | sed -n 's/^master_host://p;s/^master_port://p' | xargs)`;
  return [
    "while sleep 5",
    `do wanted=$(${wanted(configuration)})`,
    `[ "${now}" = "$wanted" ] || redis-cli replicaof \${wanted:-no one}`,
    "done",
  ].join("; ");
}

/** Ends well when Redis is a primary and shall be one, or is connected with the primary that it shall copy. */
export function isFollowing(configuration: string): string {
  const state = `$([ -n "$(${wanted(configuration)})" ] && echo master_link_status:up || echo role:master)`;
  return `redis-cli info replication | tr -d '\\r' | grep -qx "${state}"`;
}

/** Host and port of the primary that shall be copied; nothing on the primary itself. */
const wanted = (configuration: string) => `sed -n 's/^replicaof //p' ${configuration}`;
