import { z } from "zod";
import { setting } from "../../base/setting";
import { dnsLabel } from "../../base/values";

const balancedServiceSchema = z.strictObject({
  name: setting(
    dnsLabel("name of a Service"),
    "Name of the Service; peers call it by this name, a hyphen and the owner's. With `tcp` its pods are those with the label `app` of this value",
    "the name of a Service",
  ),
  namespace: setting(
    dnsLabel("namespace")
      .refine((name) => !name.startsWith("kube-"), "a namespace of Kubernetes' own")
      .default("default"),
    "Its namespace, in every cluster",
    "the name of a namespace, none of Kubernetes' own",
  ),
  port: setting(z.int().min(1).max(65535), "Port of the Service, and with `tcp` of its pods", "1 to 65535"),
  way: setting(
    z.enum(["tcp", "https"]).default("tcp"),
    "How the peers reach it",
    "tcp (a load balancer of its own, nothing encrypted) or https (by the owner's HTTPS entry, under the lab's root)",
  ),
  owners: setting(
    z.array(z.string()).min(1, "an empty list means that nobody has it").optional(),
    "Clusters that have it; left out, every cluster has one of its own",
    "a list of clusters' names",
  ),
  nodePort: setting(
    z.int().min(30000).max(32767).optional(),
    "Node port behind its load balancer, with `tcp`; left out, it follows from the name",
    "30000 to 32767, best below 30086",
  ),
});

/** What can be set of plain load balancers. */
export const loadBalancerSettings = z
  .strictObject({
    shared: setting(
      z.array(balancedServiceSchema).default([]),
      "Services that the peers may reach besides the demo's (plain load balancers)",
      "a list of Services",
    ),
  })
  .prefault({});

/** The settings of plain load balancers, complete and checked. */
export type LoadBalancerSettings = z.output<typeof loadBalancerSettings>;
