import { z } from "zod";
import { setting } from "../../base/setting";

const modes = ["gateway", "remote-discovery", "federated"] as const;

/** What can be set of Linkerd. */
export const linkerdSettings = z
  .strictObject({
    mode: setting(
      z.enum(modes).default("gateway"),
      "How peers reach the Services that they mirror (Linkerd)",
      "gateway (through a load balancer), remote-discovery (pod to pod) or federated (pod to pod, one name for all clusters)",
    ),
    services: setting(
      z.record(z.string(), z.enum(modes)).default({}),
      "How peers reach one Service of the demo, in the place of `mode` (Linkerd)",
      `a map of names of exported Services to ${modes.join(", ")}`,
    ),
    mirrorInto: setting(
      z.array(z.string()).min(1, "an empty list links nothing").optional(),
      "Clusters that see the Services of the others (Linkerd); all of them unless given",
      "a list of names of clusters",
    ),
    viz: setting(
      z.boolean().default(false),
      "Whether the extension with metrics, tap and dashboard is installed (Linkerd)",
      "true or false",
    ),
  })
  .prefault({});

/** The settings of Linkerd, complete and checked. */
export type LinkerdSettings = z.output<typeof linkerdSettings>;
