/** A lab as part of another Pulumi program, which says in code what a stack file says else. */
import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { labSettings } from "./config";
import { loadedFrom } from "./load";
import { type MadeLab, makeLab } from "./program";

type Given<Key extends keyof typeof labSettings> = z.input<(typeof labSettings)[Key]>;

/** The settings of a lab. What each may be, and what it is when it is left out, is in docs/settings.md under the same name. */
export interface LabArgs {
  /** Who may reach the API servers' public endpoints, whoever runs Pulumi among them, e.g. `203.0.113.7/32`. */
  readonly adminCidrs: Given<"adminCidrs">;
  /** How the clusters are joined. Default: by Istio. */
  readonly backend?: Given<"backend">;
  /** The clusters, made or there already. Default: two in two regions. */
  readonly clusters?: Given<"clusters">;
  /** Name of the lab, with which the names of its EKS clusters begin. Default: the stack's. */
  readonly labName?: Given<"labName">;
  /** Kubernetes version of all clusters. */
  readonly kubernetesVersion?: Given<"kubernetesVersion">;
  /** Nodes of each cluster. */
  readonly nodes?: Given<"nodes">;
  /** How the VPCs reach each other: by peering, or over the internet. */
  readonly interconnect?: Given<"interconnect">;
  /** Where the gateways between clusters listen. */
  readonly exposure?: Given<"exposure">;
  /** Who may use the clusters besides whoever runs Pulumi. */
  readonly access?: Given<"access">;
  /** Keys and lifetimes of the certificates. */
  readonly trust?: Given<"trust">;
  /** Where charts come from. */
  readonly charts?: Given<"charts">;
  /** Where images come from. */
  readonly images?: Given<"images">;
  /** What AWS raised for the account. */
  readonly quotas?: Given<"quotas">;
  /** Tags on every AWS resource. */
  readonly tags?: Given<"tags">;
  /** The demo, Online Boutique. Default: all that the backend can do. */
  readonly demo?: Given<"demo">;
  /** Settings of Istio. */
  readonly istio?: Given<"istio">;
  /** Settings of Linkerd. */
  readonly linkerd?: Given<"linkerd">;
  /** Settings of Cilium. */
  readonly cilium?: Given<"cilium">;
  /** Settings of Submariner. */
  readonly submariner?: Given<"submariner">;
  /** Settings of Calisti's open core. */
  readonly calisti?: Given<"calisti">;
  /** Settings of plain load balancers. */
  readonly loadbalancer?: Given<"loadbalancer">;
}

/**
 * Makes a lab within the program that calls this; a stack has one at most, since its records are the stack's. The settings of
 * the namespace `aws` are the stack's.
 *
 * @throws pulumi.RunError with everything that is wrong with the settings, or stands against the lab
 */
export function multiclusterLab(args: LabArgs, opts?: pulumi.ComponentResourceOptions): Promise<MadeLab> {
  return makeLab(loadedFrom(rawOf(args), new Date().toISOString().slice(0, 10)), opts);
}

/** As Pulumi would keep them. */
function rawOf(args: LabArgs): Record<string, string> {
  const given = Object.entries(args).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    given.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}
