import * as pulumi from "@pulumi/pulumi";
import { stepText } from "../base/generations";
import { priceText } from "../plan/price";
import { vcpuText } from "../plan/vcpus";
import { nextRenewal } from "../trust/lifetimes";
import { describeLab, frontDoorUrl } from "./description";
import type { Lab } from "./lab";
import type { LabPlan } from "./plan";

/**
 * What the stack shows after every preview and `up`: few lines. All that `npm run verify` needs is in one of them.
 */
export interface LabOutputs {
  /** Under the name by which it is chosen. */
  readonly backend: string;
  /** What an hour costs, and what is not in that sum. */
  readonly cost: string;
  /** What the nodes take of the account's quota of vCPUs, by region; left out where the lab makes none. */
  readonly vcpus?: string;
  /** Where people visit the demo: by HTTP, from `adminCidrs`. */
  readonly url?: pulumi.Output<string>;
  /** Where peers come in to each cluster, by cluster; those that have one place for all that peers want. */
  readonly gateways?: Readonly<Record<string, pulumi.Output<string>>>;
  /** Host and port under which Services of the demo are called from other clusters; by example when it is off. */
  readonly addresses: Readonly<Record<string, string>>;
  /** The step of the root's rotation at which the lab is, and those to which it may go. */
  readonly rotation: string;
  /** Of the root that issues, as `openssl x509 -fingerprint -sha256` shows it. */
  readonly rootFingerprint: pulumi.Output<string>;
  /** The certificate that is renewed next: when it ends, and from when on `pulumi up` renews it. */
  readonly nextRenewal: pulumi.Output<string>;
  /** What the root does not vouch for. */
  readonly trustNote?: string;
  /**
   * For kubectl, by cluster that the lab made: each gets its token from `aws eks get-token`. Secret. Those that were there
   * have a context on the machine that runs Pulumi.
   */
  readonly kubeconfigs: pulumi.Output<Readonly<Record<string, string>>>;
  /**
   * JSON of a `LabDescription`. Nothing in it is confidential. It is marked secret because the engine writes every other
   * output out after each operation: hundreds of lines, under which the rest is lost.
   */
  readonly lab: pulumi.Output<string>;
}

/** The stack's outputs. */
export function outputsOf(lab: Lab, plan: LabPlan): LabOutputs {
  const url = frontDoorUrl(lab.demo);
  const gateways = lab.installed.flatMap(({ cluster, gatewayAddress }) =>
    gatewayAddress ? [[cluster.plan.name, gatewayAddress] as const] : [],
  );
  return {
    backend: plan.config.backend,
    cost: priceText(plan.price),
    ...(plan.vcpus.length > 0 ? { vcpus: vcpuText(plan.vcpus) } : {}),
    ...(url ? { url } : {}),
    ...(gateways.length > 0 ? { gateways: Object.fromEntries(gateways) } : {}),
    addresses: Object.fromEntries(plan.naming.map(({ service, address }) => [service, address])),
    rotation: stepText(plan.config.trust.generation),
    rootFingerprint: lab.trust.fingerprint,
    nextRenewal: lab.trust.lifetimes().apply(nextRenewal),
    ...(plan.trustNote ? { trustNote: plan.trustNote } : {}),
    kubeconfigs: pulumi.secret(
      Object.fromEntries(
        lab.installed.flatMap(({ cluster }) => (cluster.kubeconfig ? [[cluster.plan.name, cluster.kubeconfig]] : [])),
      ),
    ),
    lab: pulumi.secret(pulumi.jsonStringify(describeLab(lab, plan))),
  };
}
