import type { Check } from "../common/check";
import { exportedServices } from "./exports";
import { frontDoor } from "./front-door";
import { membership } from "./membership";
import { protection } from "./protection";
import { replica } from "./replica";
import { replication } from "./replication";
import { workloads } from "./workloads";

/** What must hold of the demo, whichever backend carries it. */
export const demoChecks: readonly Check[] = [
  workloads,
  membership,
  exportedServices,
  protection,
  replica,
  replication,
  frontDoor,
];
