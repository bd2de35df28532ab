import * as pulumi from "@pulumi/pulumi";
import type { NamingRow } from "../demo/naming";
import type { DemoPlan } from "../demo/plan";
import { sourceCidr } from "../network/ingress-rules";
import type { ServiceExporter } from "../plan/exports";
import type { Lab } from "./lab";
import type { LabPlan } from "./plan";

/** What the stack shows when it is up; `npm run verify` works from these. */
export interface LabOutputs {
  /** Under the name by which it is chosen. */
  readonly backend: string;
  /** By name. */
  readonly clusters: Readonly<Record<string, ClusterOutputs>>;
  /** What certificates of every cluster end at. Public. */
  readonly trustAnchor: {
    /** The root certificate (PEM). */
    readonly certificate: pulumi.Output<string>;
    /** As `openssl x509 -fingerprint -sha256` shows it. */
    readonly sha256Fingerprint: pulumi.Output<string>;
  };
  /** What the anchor does not vouch for. */
  readonly trustNote?: string;
  /** How Services of the demo are called from other clusters; by example when it is off. */
  readonly naming: readonly NamingRow[];
  /** Left out when it is off. */
  readonly demo?: DemoOutputs;
  /** USD an hour before traffic and disks, at the prices of us-east-1. */
  readonly costPerHourUsd: number;
}

/** The demo, for who visits it and for its checks. */
export interface DemoOutputs {
  /** The same on every cluster. */
  readonly namespace: string;
  /** Where people come in: by HTTP, from `adminCidrs`, or from within the VPC when there are none. */
  readonly url?: pulumi.Output<string>;
  /** Networks from which they may. */
  readonly visitors: readonly string[];
  /** What puts its namespace and its pods into the mesh, and what the namespace demands of pods and callers. */
  readonly membership: ServiceExporter["membership"];
  /** What runs on each cluster, and the addresses that it was given. */
  readonly instances: readonly {
    readonly cluster: string;
    readonly service: string;
    readonly addresses: Readonly<Record<string, string>>;
  }[];
  /** Copies of the carts' Redis. */
  readonly replicas: DemoPlan["replicas"];
  /** Services that cross clusters, and how the backend exports them. */
  readonly exports: DemoPlan["exports"];
  /** Objects that keep out whoever does not belong to the demo. */
  readonly protection: DemoPlan["protection"];
}

/** A cluster, for who administers it and for its checks. */
export interface ClusterOutputs {
  /** AWS's code of it, e.g. `us-east-1`. */
  readonly region: string;
  /** URL of the API server. */
  readonly endpoint: pulumi.Output<string>;
  /** For kubectl: gets its token from `aws eks get-token`. Secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Where peers come in, if there is one place for all they want. */
  readonly gateway?: pulumi.Output<string>;
  /** Names of the clusters whose Services are found from this one. */
  readonly reaches: readonly string[];
  /** The network from which its packets seem to come when they arrive at a peer. */
  readonly egressCidr: pulumi.Output<string>;
  /** Planned MTU in bytes. */
  readonly mtu: { readonly path: number; readonly node: number; readonly pod: number };
}

/** The stack's outputs. */
export function outputsOf(lab: Lab, plan: LabPlan): LabOutputs {
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
          egressCidr: sourceCidr(cluster.plan.egressSource, lab.natAddresses),
          mtu: { path: cluster.plan.mtu.path, node: cluster.plan.mtu.node, pod: cluster.plan.mtu.pod },
        },
      ]),
    ),
    trustAnchor: { certificate: lab.trust.root, sha256Fingerprint: lab.trust.fingerprint },
    ...(plan.trustNote ? { trustNote: plan.trustNote } : {}),
    naming: plan.naming,
    ...(plan.demo ? { demo: demoOutputs(plan.demo, plan, lab) } : {}),
    costPerHourUsd: plan.price.perHour,
  };
}

function reachedFrom(cluster: string, { flows }: LabPlan): string[] {
  return [...new Set(flows.flatMap(({ from, to }) => (from.cluster === cluster ? [to.cluster] : [])))];
}

function demoOutputs(
  { instances, namespace, membership, replicas, exports, protection }: DemoPlan,
  { clusters }: LabPlan,
  { demo }: Lab,
): DemoOutputs {
  const address = demo.find((each) => each.address)?.address;
  return {
    namespace,
    ...(address ? { url: pulumi.interpolate`http://${address}` } : {}),
    visitors: clusters.flatMap(({ frontDoor }) =>
      (frontDoor?.sources ?? []).flatMap((source) => (source.kind === "cidr" ? [source.cidr] : [])),
    ),
    membership,
    instances: instances.map(({ cluster, service, addresses }) => ({ cluster, service: service.name, addresses })),
    replicas,
    exports,
    protection,
  };
}
