/** Settings of a cluster that is there already: what the lab must know of it and cannot decide. */
import { z } from "zod";
import { cidrProblem } from "../base/cidr";
import { setting } from "../base/setting";
import { cidrBetween } from "../base/values";

/** How peers may come in to a cluster that is there already. */
export const gatewayWays = ["load-balancer", "load-balancer-name", "node-ports"] as const;

/** One of them. */
export type GatewayWay = (typeof gatewayWays)[number];

/** Smallest MTU of a path that IPv6 takes (RFC 8200), and the largest frame of the lab's own networks. */
const mtus = { least: 1280, most: 9001 };

const address = z.string().refine((text) => cidrProblem(`${text}/32`) === undefined, "not an IPv4 address");

const url = z
  .string()
  .regex(
    /^https:\/\/(?!(localhost|127\.|\[))[A-Za-z0-9.-]+(:\d{1,5})?\/?$/,
    "not a URL by which another machine reaches it",
  );

/** The fields, besides the name. */
export const existingFields = {
  context: setting(
    z.string().min(1),
    "Context of the kubeconfig: the cluster is there already, the lab installs the backend and the demo on it and nothing else (docs/existing-clusters.md)",
    "the name of a context, as `kubectl config get-contexts` lists them",
  ),
  kubeconfig: setting(
    z.string().min(1).optional(),
    "File that has the context; unless given, as kubectl has it: KUBECONFIG, or .kube/config in the home folder",
    "the path of a kubeconfig",
  ),
  podCidr: cidrBetween(8, 26),
  serviceCidr: cidrBetween(8, 26),
  egressCidr: setting(
    cidrBetween(8, 32),
    "From where its packets seem to come when they arrive at a peer: the network of its nodes, or the address of the router that they go out by",
    "an IPv4 network, e.g. 172.18.0.0/16 or 203.0.113.7/32",
  ),
  nodeCidr: setting(
    cidrBetween(8, 32).optional(),
    "Addresses of its nodes; unless given, `egressCidr`",
    "an IPv4 network",
  ),
  endpoint: setting(
    url.optional(),
    "URL of its API server as the peers' pods reach it; unless given, the server that the kubeconfig names",
    "https:// with a host and perhaps a port, and not this machine's loopback",
  ),
  gateways: setting(
    z.enum(gatewayWays).default("load-balancer"),
    "How peers come in: Services of type LoadBalancer get an address there (load-balancer) or a host name (load-balancer-name), or they come to node ports at `addresses`",
    `one of ${gatewayWays.join(", ")}`,
  ),
  addresses: setting(
    z
      .array(address)
      .min(1, "nobody could come in")
      .refine((all) => new Set(all).size === all.length, "the same address twice")
      .optional(),
    "Where its node ports answer peers: of its nodes, or of a router that passes the ports on; needed with node-ports, and of no use otherwise",
    "a list of IPv4 addresses",
  ),
  pathMtu: setting(
    z.int().min(mtus.least).max(mtus.most).default(1500),
    "What fits through the way between it and its peers, in bytes",
    `a whole number from ${mtus.least} to ${mtus.most}`,
  ),
} as const;
