import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../../cluster/cluster";
import { labNamespace } from "../../cluster/lab-namespace";
import type { Backend, BackendContext, Installed } from "../common/backend";
import { Broker } from "./broker";
import { installCalico } from "./calico";
import { GatewayMss } from "./gateway-mss";
import { PresharedKey } from "./key";
import { Membership } from "./member";
import { gatewayLabel, operatorNamespace } from "./names";
import { brokerOf } from "./profile";
import type { SubmarinerSettings } from "./settings";

/** A cluster that is ready to join. */
interface Prepared extends Installed {
  /** Of the operator. */
  readonly namespace: pulumi.Output<string>;
  /** What writes the segment size on gateway nodes. */
  readonly mss: pulumi.Resource;
  /** Filled when the cluster becomes a member. */
  readonly ready: pulumi.Resource[];
}

class SubmarinerCluster extends pulumi.ComponentResource implements Prepared {
  public readonly gatewayAddress = pulumi.output(`nodes with the label ${gatewayLabel}=true`);
  public readonly namespace: pulumi.Output<string>;
  public readonly mss: pulumi.Resource;
  public readonly ready: pulumi.Resource[] = [];

  constructor(
    name: string,
    public readonly cluster: Cluster,
    registry: string | undefined,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:submariner:Cluster", name, {}, opts);
    this.namespace = labNamespace(name, { cluster, namespace: operatorNamespace }, { parent: this });
    const mss = new GatewayMss(`${name}-mss`, { cluster, namespace: this.namespace, registry }, { parent: this });
    this.mss = mss.daemonSet;
    this.registerOutputs({});
  }
}

/** The broker on the first cluster, one key for all, and every cluster a member. */
function joinAll(
  installed: readonly Prepared[],
  context: BackendContext<SubmarinerSettings>,
  parent: pulumi.Resource,
): void {
  const { config } = context;
  const host = installed.find(({ cluster }) => cluster.plan.name === brokerOf(config));
  if (!host) throw new Error("the cluster with the broker is not among the installed ones");
  const broker = new Broker(`${host.cluster.plan.key}-broker`, host.cluster, context, { parent });
  const key = new PresharedKey("preshared-key", { number: config.own.presharedKey }, { parent });
  for (const { cluster, namespace, mss, ready } of installed) {
    const membership = new Membership(
      `${cluster.plan.key}-submariner`,
      {
        cluster,
        config,
        namespace,
        brokerEndpoint: host.cluster.endpoint,
        credentials: broker.credentialsOf(cluster.plan.name),
        key,
        // The route agent reads the segment size when it starts. Gateways meet with a refusal until the rules are there,
        // and so does whoever signs on to the broker, or off, where its API server is private.
        after: [mss, ...cluster.reachableAfter(), ...host.cluster.reachableAfter()],
      },
      { parent },
    );
    ready.push(membership.resource);
  }
}

/** Submariner over Calico. */
export const submariner: Backend<SubmarinerSettings, Prepared> = {
  installCni: (cluster, { config }, parent) => installCalico(cluster, config, parent),
  install: (cluster, { config }, parent) =>
    new SubmarinerCluster(`${cluster.plan.key}-submariner`, cluster, config.images.registry, { parent }),
  joinAll,
};
