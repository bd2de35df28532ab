import { z } from "zod";
import { setting } from "../../base/setting";
import { cableDriverNames } from "./names";

/** What can be set of Submariner. */
export const submarinerSettings = z
  .strictObject({
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
    presharedKey: setting(
      z.int().min(1).default(1),
      "Number of the tunnels' pre-shared key; another number makes another key (Submariner)",
      "a whole number from 1",
    ),
  })
  .prefault({});

/** The settings of Submariner, complete and checked. */
export type SubmarinerSettings = z.output<typeof submarinerSettings>;
