import * as pulumi from "@pulumi/pulumi";
import type { BackendProfile } from "./backends/profile";
import { backendProfiles } from "./backends/profiles";
import type { Lab } from "./lab";
import { sourceCidr } from "./network/admission";
import type { LabPlan } from "./plan/plan";

/** What the stack shows when it is up; `npm run verify` works from these. */
export interface LabOutputs {
  readonly backend: string;
  readonly clusters: Readonly<Record<string, ClusterOutputs>>;
  readonly trustAnchor: {
    /** The root certificate (PEM). */
    readonly certificate: pulumi.Output<string>;
    readonly sha256Fingerprint: pulumi.Output<string>;
  };
  /** What the anchor does not vouch for. */
  readonly trustNote?: string;
  /** How a Service is called from another cluster, by example. */
  readonly naming: {
    readonly service: string;
    readonly owner: string;
    /** Labels that offer it to the peers. */
    readonly sharedBy: Readonly<Record<string, string>>;
    readonly calledFromPeers: string;
  };
  /** USD an hour before traffic and disks, at the prices of us-east-1. */
  readonly costPerHourUsd: number;
}

export interface ClusterOutputs {
  readonly region: string;
  readonly endpoint: pulumi.Output<string>;
  /** Secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Where peers come in, if there is one place for all they want. */
  readonly gateway?: pulumi.Output<string>;
  /** Names of the clusters whose Services are found from this one. */
  readonly reaches: readonly string[];
  /** The network from which its packets seem to come when they arrive at a peer. */
  readonly arrivesFrom: pulumi.Output<string>;
  /** Planned MTU in bytes. */
  readonly mtu: { readonly path: number; readonly node: number; readonly pod: number };
}

/** The stack's outputs. */
export function outputsOf(lab: Lab, plan: LabPlan): LabOutputs {
  const [owner] = plan.clusters;
  if (!owner) throw new Error("a plan without clusters");
  const profile: BackendProfile = backendProfiles[plan.config.backend];
  return {
    backend: plan.config.backend,
    clusters: Object.fromEntries(
      lab.installed.map(({ cluster, gatewayAddress }) => [
        cluster.plan.name,
        {
          region: cluster.plan.region,
          endpoint: cluster.endpoint,
          kubeconfig: pulumi.secret(cluster.kubeconfig),
          ...(gatewayAddress ? { gateway: gatewayAddress } : {}),
          reaches: reachedFrom(cluster.plan.name, plan),
          arrivesFrom: sourceCidr(cluster.plan.arrivesFrom, lab.natAddresses),
          mtu: { path: cluster.plan.mtu.path, node: cluster.plan.mtu.node, pod: cluster.plan.mtu.pod },
        },
      ]),
    ),
    trustAnchor: { certificate: lab.trust.root, sha256Fingerprint: lab.trust.fingerprint },
    ...(profile.trustNote ? { trustNote: profile.trustNote } : {}),
    naming: {
      service: "redis-cart in namespace default",
      owner: owner.name,
      sharedBy: profile.shareLabels(plan.config),
      calledFromPeers: profile.serviceName("redis-cart", "default", owner.name, plan.config),
    },
    costPerHourUsd: plan.price.perHour,
  };
}

function reachedFrom(cluster: string, { flows }: LabPlan): string[] {
  return [...new Set(flows.flatMap(({ from, to }) => (from.cluster === cluster ? [to.cluster] : [])))];
}
