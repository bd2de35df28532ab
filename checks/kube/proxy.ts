/** Proxies between this machine and API servers: one a kubeconfig names, or one that the environment does. */
import { BlockList, isIP, isIPv6 } from "node:net";
import { parse, stringify } from "yaml";

/** The URL of the proxy by which a server (its URL) is reached; undefined where the way is direct. */
export type ProxyFor = (server: string) => string | undefined;

/** For those who reach every server directly. */
export const noProxy: ProxyFor = () => undefined;

interface Kubeconfig {
  readonly clusters?: readonly { readonly cluster?: { readonly server?: string; "proxy-url"?: string } }[];
}

/**
 * A kubeconfig whose clusters are reached by a proxy. One that it names itself stays, as with kubectl.
 *
 * @param kubeconfig its text, YAML or JSON
 */
export function withProxy(kubeconfig: string, proxyFor: ProxyFor): string {
  const config: Kubeconfig = parse(kubeconfig);
  for (const { cluster } of config.clusters ?? []) {
    const proxy = cluster?.server === undefined ? undefined : proxyFor(cluster.server);
    if (cluster && proxy !== undefined) cluster["proxy-url"] ??= proxy;
  }
  return stringify(config);
}

/**
 * The proxies that kubeconfigs name for their servers, for whoever comes to the same servers with other credentials.
 *
 * @param kubeconfigs their texts, YAML or JSON
 * @param otherwise for the servers for which they name none
 */
export function proxiesOf(kubeconfigs: readonly string[], otherwise: ProxyFor): ProxyFor {
  const clusters = kubeconfigs.flatMap((text) => (parse(text) as Kubeconfig).clusters ?? []);
  const named = new Map(
    clusters.flatMap(({ cluster }) =>
      cluster?.server !== undefined && cluster["proxy-url"] !== undefined
        ? [[URL.parse(cluster.server)?.origin, cluster["proxy-url"]] as const]
        : [],
    ),
  );
  return (server) => named.get(URL.parse(server)?.origin) ?? otherwise(server);
}

/**
 * The proxy that HTTPS_PROXY names unless NO_PROXY excludes the server, as kubectl has it: in lower case too, and nothing on
 * this machine goes by a proxy (Go, golang.org/x/net/http/httpproxy).
 *
 * @param environment that of this process unless given
 */
export function environmentProxy(environment: Readonly<NodeJS.ProcessEnv> = process.env): ProxyFor {
  const { HTTPS_PROXY, https_proxy, NO_PROXY, no_proxy } = environment;
  const named = HTTPS_PROXY || https_proxy;
  if (!named) return noProxy;
  const proxy = named.includes("://") ? named : `http://${named}`;
  const excluded = (NO_PROXY || no_proxy || "")
    .toLowerCase()
    .split(",")
    .map((term) => term.trim())
    .filter((term) => term !== "");
  return (server) => (excludes(new URL(server), excluded) ? undefined : proxy);
}

function excludes({ hostname, port }: URL, terms: readonly string[]): boolean {
  const host = hostname.replace(/^\[|\]$/g, "");
  if (host === "localhost" || (isIP(host) > 0 && within(host, ["127.0.0.0/8", "::1/128"]))) return true;
  return terms.some((term) => {
    if (term === "*") return true;
    const [, name = "", ofPort] = /^(.*?)(?::(\d+))?$/.exec(isIPv6(term) ? `[${term}]` : term) ?? [];
    if (ofPort !== undefined && ofPort !== (port || "443")) return false;
    if (isIP(host) > 0) return within(host, [name.replace(/^\[|\]$/g, "")]);
    const suffix = name.replace(/^\*?\./, ".");
    // `example.com` stands for itself and what is below it, `.example.com` for what is below it alone.
    return suffix.startsWith(".") ? host.endsWith(suffix) : host === suffix || host.endsWith(`.${suffix}`);
  });
}

/** Whether an address is one of these, or in one of these networks; what is neither does not count. */
function within(address: string, networks: readonly string[]): boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [base = "", length] = network.split("/");
    const family = isIP(base) === 6 ? "ipv6" : "ipv4";
    if (isIP(base) === 0) continue;
    if (length === undefined) list.addAddress(base, family);
    else list.addSubnet(base, Number(length), family);
  }
  return list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}
