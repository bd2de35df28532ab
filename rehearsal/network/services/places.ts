/** Where the services answer. */

/** Port of Amazon's resolver, UDP and TCP. */
export const dnsPort = 53;

/** Plain HTTP on the port that rules allow for real registries, which speak TLS there. */
export const registryPort = 443;

/** Of admission webhooks, on the backbone's loopback: below the ports that control planes take. */
export const webhookPort = 8443;
