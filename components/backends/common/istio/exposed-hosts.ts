import { z } from "zod";
import { setting } from "../../../base/setting";
import { everyHost } from "./names";

/** The setting that says which hosts a gateway of Istio's kind lets peers reach. */
export const exposedHosts = (mesh: string) =>
  setting(
    z
      .array(z.string().regex(/^(\*|[a-z0-9-]+\.[a-z0-9-]+\.svc\.cluster)\.local$/, "not a host that can be exposed"))
      .min(1, "an empty list exposes nothing to the peers")
      .default([everyHost]),
    `Services that the peers may reach through the gateway (${mesh})`,
    `"${everyHost}" for all, or names like redis-cart.boutique.svc.cluster.local`,
  );
