import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ExistingClusterPlan } from "../plan/cluster";
import type { Cluster } from "./cluster";

/** What a cluster that is there already is taken in by. */
export interface ExistingClusterArgs {
  /** How it is reached, and where peers come in. */
  readonly plan: ExistingClusterPlan;
  /** What it and the kubeconfig say. */
  readonly found: {
    /** URL of the API server for this machine; peers have it where the plan names no other. */
    readonly server: string;
    /** PEM, base64. */
    readonly certificateAuthority: string;
    /** Tells it from every other cluster. */
    readonly identity: string;
  };
}

/**
 * A cluster that is there already. Nothing of it is the program's but a way to it: neither network nor nodes, add-ons or
 * rules. What comes onto it goes with `pulumi destroy`, and it stays.
 */
export class ExistingCluster extends pulumi.ComponentResource implements Cluster {
  public readonly plan: ExistingClusterPlan;
  public readonly provider: k8s.Provider;
  public readonly endpoint: pulumi.Output<string>;
  public readonly certificateAuthority: pulumi.Output<string>;
  public readonly nodes: pulumi.Resource[] = [];

  constructor(name: string, { plan, found }: ExistingClusterArgs, opts: pulumi.ComponentResourceOptions) {
    super("multicluster-lab:cluster:ExistingCluster", name, {}, opts);
    this.plan = plan;
    this.endpoint = pulumi.output((plan.endpoint ?? found.server).replace(/\/$/, ""));
    this.certificateAuthority = pulumi.output(found.certificateAuthority);
    this.provider = new k8s.Provider(
      name,
      {
        // Its path: what is in it are somebody's credentials, and the state is no place for them.
        ...(plan.kubeconfig === undefined ? {} : { kubeconfig: plan.kubeconfig }),
        context: plan.context,
        // Another address or another name of its context replaces nothing; another cluster does.
        clusterIdentifier: found.identity,
        enableServerSideApply: true,
        // As on clusters that the lab makes, see EksCluster.
        enableConfigMapMutable: true,
        enableSecretMutable: true,
      },
      { parent: this },
    );
    this.registerOutputs({ endpoint: this.endpoint });
  }

  reachableAfter(): pulumi.Resource[] {
    return [];
  }
}
