import { z } from "zod";
import { exposedHosts } from "../common/istio/exposed-hosts";

/** What can be set of Istio. */
export const istioSettings = z
  .strictObject({
    exposedHosts: exposedHosts("Istio"),
  })
  .prefault({});

/** The settings of Istio, complete and checked. */
export type IstioSettings = z.output<typeof istioSettings>;
