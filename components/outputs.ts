import * as pulumi from "@pulumi/pulumi";
import { backendProfiles } from "./backends/profiles";
import type { Lab } from "./lab";
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
  /** How a Service is called from another cluster, by example. */
  readonly naming: { readonly service: string; readonly owner: string; readonly calledFromPeers: string };
  /** USD an hour before traffic and disks, at the prices of us-east-1. */
  readonly costPerHourUsd: number;
}

export interface ClusterOutputs {
  readonly region: string;
  readonly endpoint: pulumi.Output<string>;
  /** Secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Where peers come in. */
  readonly gateway: pulumi.Output<string>;
  /** Planned MTU in bytes. */
  readonly mtu: { readonly path: number; readonly node: number; readonly pod: number };
}

/** The stack's outputs. */
export function outputsOf(lab: Lab, plan: LabPlan): LabOutputs {
  const [owner] = plan.clusters;
  if (!owner) throw new Error("a plan without clusters");
  return {
    backend: plan.config.backend,
    clusters: Object.fromEntries(
      lab.installed.map(({ cluster, gatewayAddress }) => [
        cluster.plan.name,
        {
          region: cluster.plan.region,
          endpoint: cluster.endpoint,
          kubeconfig: pulumi.secret(cluster.kubeconfig),
          gateway: gatewayAddress,
          mtu: { path: cluster.plan.mtu.path, node: cluster.plan.mtu.node, pod: cluster.plan.mtu.pod },
        },
      ]),
    ),
    trustAnchor: { certificate: lab.trust.root, sha256Fingerprint: lab.trust.fingerprint },
    naming: {
      service: "redis-cart in namespace default",
      owner: owner.name,
      calledFromPeers: backendProfiles[plan.config.backend].serviceName("redis-cart", "default", owner.name),
    },
    costPerHourUsd: plan.price.perHour,
  };
}
