/** Of whatever forwards packets: also those whose way back is another, without telling senders of shorter ways. */
export const forwarding: Readonly<Record<string, string>> = {
  "net.ipv4.ip_forward": "1",
  "net.ipv4.conf.all.rp_filter": "0",
  "net.ipv4.conf.default.rp_filter": "0",
  "net.ipv4.conf.all.send_redirects": "0",
  "net.ipv4.conf.default.send_redirects": "0",
};

/** Of namespaces without programs of others: "fragmentation needed" goes to everybody at once, and IPv6 is not spoken. */
export const routing: Readonly<Record<string, string>> = {
  ...forwarding,
  "net.ipv4.icmp_ratelimit": "0",
  "net.ipv6.conf.all.disable_ipv6": "1",
  "net.ipv6.conf.default.disable_ipv6": "1",
};
