import { z } from "zod";
import { setting } from "../../base/setting";
import { cableDriverNames, globalRanges } from "./names";

/** What can be set of Submariner. */
export const submarinerSettings = z
  .strictObject({
    broker: setting(
      z.string().optional(),
      "The cluster with the broker, through which the others find each other (Submariner); of two clusters the first by name unless given",
      "the name of a cluster",
    ),
    cableDriver: setting(
      z.enum(cableDriverNames).default("libreswan"),
      "What tunnels between clusters are made of (Submariner); vxlan does not encrypt",
      `one of ${cableDriverNames.join(", ")}`,
    ),
    gateways: setting(
      z.int().min(1).max(2).default(1),
      "Gateway nodes a cluster; the second one takes over when the first is lost (Submariner)",
      "1 or 2",
    ),
    globalnet: setting(
      z.boolean().default(false),
      "Gives exported Services addresses of their own, so that clusters may have the same pods' and Services' addresses (Submariner)",
      "true or false",
    ),
    globalNumbers: setting(
      z
        .record(
          z.string(),
          z
            .int()
            .min(0)
            .max(globalRanges - 1),
        )
        .default({}),
      "Numbers of the clusters' global addresses, 242.NUMBER.0.0/16, where they shall not follow from the names (Submariner)",
      `a map of cluster names to numbers from 0 to ${globalRanges - 1}`,
    ),
    presharedKey: setting(
      z.int().min(1).default(1),
      "Number of the tunnels' pre-shared key; another number makes another key (Submariner)",
      "a whole number from 1",
    ),
  })
  .prefault({});

/** The settings of Submariner, complete and checked. */
export type SubmarinerSettings = z.output<typeof submarinerSettings>;
