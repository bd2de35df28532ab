import { z } from "zod";
import { setting } from "../../base/setting";
import { exposedHosts } from "../common/istio/exposed-hosts";

/** What can be set of Istio. */
export const istioSettings = z
  .strictObject({
    model: setting(
      z.enum(["multi-primary", "primary-remote"]).default("multi-primary"),
      "Whose istiod gives proxies their configuration and certificates (Istio)",
      "multi-primary (that of their own cluster) or primary-remote (that of one cluster, all of them)",
    ),
    primary: setting(
      z.string().optional(),
      "The cluster whose istiod serves all proxies with `model` primary-remote (Istio); of two clusters the first by name unless given",
      "the name of a cluster",
    ),
    network: setting(
      z.enum(["multiple", "single"]).default("multiple"),
      "How sidecars reach pods of the peers (Istio)",
      "multiple (through a gateway on each cluster) or single (at the pods' own addresses)",
    ),
    dataplane: setting(
      z.enum(["sidecar", "ambient"]).default("sidecar"),
      "What carries calls (Istio); ambient on several clusters is beta upstream",
      "sidecar (a proxy in each pod) or ambient (ztunnel, one on each node)",
    ),
    ports: setting(
      z.array(z.int().min(1).max(65535)).optional(),
      "Ports of pods that peers call besides those of the demo, with `network` single (Istio); those of the stand-ins of npm run verify unless given",
      "a list of TCP ports",
    ),
    exposedHosts: exposedHosts("Istio"),
  })
  .prefault({});

/** The settings of Istio, complete and checked. */
export type IstioSettings = z.output<typeof istioSettings>;
