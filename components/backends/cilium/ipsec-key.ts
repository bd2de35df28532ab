/** Cilium's IPsec key: `NUMBER+ rfc4106(gcm(aes)) KEY 128` (Cilium docs, security/network/encryption-ipsec). */

/** AES-128 and the four bytes of salt that RFC 4106 wants behind it. */
const keyBytes = 20;

/**
 * What the Secret `cilium-ipsec-keys` holds. The plus tells agents to derive a key of its own for each pair of nodes.
 *
 * @param number the security parameter index: agents that know two keys during a rotation tell them apart by it
 * @param hex the key: at least twenty bytes
 */
export function ipsecKeyLine(number: number, hex: string): string {
  return `${number}+ rfc4106(gcm(aes)) ${hex.slice(0, keyBytes * 2)} 128`;
}
