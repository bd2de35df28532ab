import { z } from "zod";
import { setting } from "../base/setting";
import { affinities } from "../plan/exports";
import { boutiqueNames } from "./boutique";

/** What the demo can show. */
export const useCases = ["global-load-balancing", "service-to-service"] as const;
/** `global-load-balancing`: a Service with instances on every cluster. `service-to-service`: a copy of Redis on each. */
export type UseCase = (typeof useCases)[number];

/** What can be set of the demo. */
export const demoSettings = z
  .strictObject({
    enabled: setting(z.boolean().default(true), "Whether Online Boutique runs on the clusters", "true or false"),
    useCases: setting(
      z.array(z.enum(useCases)).optional(),
      "What the demo shows; everything that the backend can unless given",
      `a list of ${useCases.join(", ")}`,
    ),
    front: setting(
      z.string().optional(),
      "The cluster with the front half of the demo: where people come in, with the carts and their Redis; of two clusters the first by name unless given",
      "the name of a cluster",
    ),
    back: setting(
      z.string().optional(),
      "The cluster with the other half of the demo; of two clusters the second by name unless given",
      "the name of a cluster",
    ),
    placement: setting(
      z.partialRecord(z.enum(boutiqueNames as [string, ...string[]]), z.string()).default({}),
      "On which cluster a service runs, where it is not that of its half",
      `a map of ${boutiqueNames.join(", ")} to names of clusters`,
    ),
    affinity: setting(
      z.enum(affinities).optional(),
      "Where calls to the global service go; the first that the backend can unless given",
      "spread (to instances everywhere) or local (to those of the caller's cluster while there are any)",
    ),
    accessControl: setting(
      z.boolean().default(true),
      "Whether the demo's pods refuse everybody but the demo's own callers, as far as the backend can tell them apart, and the mesh refuses what is not encrypted",
      "true or false",
    ),
  })
  .prefault({});

/** The demo's settings, complete and checked. */
export type DemoSettings = z.output<typeof demoSettings>;
