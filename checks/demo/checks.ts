import type { Check } from "../check";
import { frontDoor } from "./front-door";
import { membership } from "./membership";
import { replica } from "./replica";
import { shares } from "./shares";
import { workloads } from "./workloads";

/** What must hold of the demo, whichever backend carries it. */
export const demoChecks: readonly Check[] = [workloads, membership, shares, replica, frontDoor];
