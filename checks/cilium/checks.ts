import type { Check } from "../common/check";
import { meshCertificates } from "./certificates";
import { clusterSet } from "./cluster-set";
import { meshAddress, meshPeer, running } from "./mesh";
import { agentMtu, ipsecKey, meshFits, meshIdentity } from "./network";

/** What must hold of Cilium on every cluster and between each two. */
export const ciliumChecks: readonly Check[] = [
  agentMtu,
  running,
  meshIdentity,
  meshFits,
  ipsecKey,
  meshAddress,
  meshCertificates,
  meshPeer,
  clusterSet,
];
