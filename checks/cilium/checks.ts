import type { Check } from "../common/check";
import { agentsKnowPeer } from "./agent-status";
import { meshCertificates } from "./certificates";
import { clusterSet } from "./cluster-set";
import { ciliumRunning, meshAddress, meshPeer } from "./mesh";
import { agentMtu, ipsecKey, meshFits, meshIdentity } from "./network";

/** What must hold of Cilium on every cluster and between each two. */
export const ciliumChecks: readonly Check[] = [
  agentMtu,
  ciliumRunning,
  meshIdentity,
  meshFits,
  ipsecKey,
  meshAddress,
  meshCertificates,
  meshPeer,
  agentsKnowPeer,
  clusterSet,
];
