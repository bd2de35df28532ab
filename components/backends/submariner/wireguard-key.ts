import { createHash } from "node:crypto";

/**
 * What Submariner's WireGuard driver is given for a key. It reads no Secret, only the resource's own field, and without one
 * it takes the digest of nothing, the same everywhere (submariner 0.24, pkg/cable/wireguard/driver.go, genPsk). Whoever may
 * read the operator's DaemonSet reads that field, so it holds a digest: the key itself stays in its Secret.
 *
 * @param key base64 of the pre-shared key
 */
export function wireguardKey(key: string): string {
  return createHash("sha256").update("wireguard").update(Buffer.from(key, "base64")).digest("base64");
}
