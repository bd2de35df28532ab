import { z } from "zod";
import { exposedHosts } from "../../base/values";

/** What can be set of Istio. */
export const istioSettings = z
  .strictObject({
    exposedHosts: exposedHosts("Istio"),
  })
  .prefault({});
