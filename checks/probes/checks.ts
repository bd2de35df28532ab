import type { Check } from "../common/check";
import { grpcCalls, httpCalls } from "./calls";

/** What the stand-ins show that a rehearsal with real pods puts onto the clusters. */
export const probeChecks: readonly Check[] = [httpCalls, grpcCalls];
