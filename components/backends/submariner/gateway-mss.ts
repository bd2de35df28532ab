import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../../cluster/cluster";
import { imageFrom } from "../../plan/image";
import { gatewayLabel, maximumSegment, mssAnnotation } from "./names";

const labels = { app: "submariner-gateway-mss" };

/** Where the size is written, and by which images. */
export interface GatewayMssArgs {
  /** Whose gateway nodes. */
  readonly cluster: Cluster;
  /** Of the pods that write it. */
  readonly namespace: pulumi.Input<string>;
  /** Where images come from instead of their own registries. */
  readonly registry: string | undefined;
}

/**
 * Writes the planned segment size on every gateway node, as an annotation that the route agent reads when it starts.
 *
 * Pods have a fitting MTU already. The annotation is for connections that begin or end on a node itself, and for Globalnet,
 * which would otherwise reckon with the node's 9001. Node groups cannot give annotations, and nodes come and go, so a
 * DaemonSet does it.
 */
export class GatewayMss extends pulumi.ComponentResource {
  /** Route agents wait for it: they read the annotation once. */
  public readonly daemonSet: k8s.apps.v1.DaemonSet;

  constructor(name: string, { cluster, namespace, registry }: GatewayMssArgs, opts: pulumi.ComponentResourceOptions) {
    super("multicluster-lab:submariner:GatewayMss", name, {}, opts);
    const child = { parent: this, provider: cluster.provider };
    const metadata = { name: labels.app, namespace };
    const account = new k8s.core.v1.ServiceAccount(name, { metadata }, child).metadata.name;
    const grant = mayAnnotateNodes(name, { account, namespace }, child);
    this.daemonSet = new k8s.apps.v1.DaemonSet(
      name,
      {
        metadata,
        spec: {
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: podSpec(account, maximumSegment(cluster.plan.mtu.pod), registry) },
        },
      },
      { ...child, dependsOn: [grant, ...cluster.nodes] },
    );
    this.registerOutputs({});
  }
}

function mayAnnotateNodes(
  name: string,
  { account, namespace }: { readonly account: pulumi.Input<string>; readonly namespace: pulumi.Input<string> },
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const metadata = { name: labels.app };
  const rules = [{ apiGroups: [""], resources: ["nodes"], verbs: ["get", "patch"] }];
  const role = new k8s.rbac.v1.ClusterRole(name, { metadata, rules }, opts);
  return new k8s.rbac.v1.ClusterRoleBinding(
    name,
    {
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role.metadata.name },
      subjects: [{ kind: "ServiceAccount", name: account, namespace }],
    },
    opts,
  );
}

/** Annotates its node, then does nothing: a DaemonSet's pods must not end. */
function podSpec(
  account: pulumi.Input<string>,
  bytes: number,
  registry: string | undefined,
): k8s.types.input.core.v1.PodSpec {
  return {
    serviceAccountName: account,
    // Starts before the node is ready, which the route agent waits for.
    hostNetwork: true,
    nodeSelector: { [gatewayLabel]: "true" },
    tolerations: [{ operator: "Exists" }],
    initContainers: [
      {
        name: "annotate",
        image: imageFrom("registry.k8s.io/kubectl:v1.35.0", registry),
        command: ["kubectl", "annotate", "node", "$(NODE_NAME)", `${mssAnnotation}=${bytes}`, "--overwrite"],
        env: [{ name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
      },
    ],
    containers: [
      {
        name: "pause",
        image: imageFrom("registry.k8s.io/pause:3.10", registry),
        resources: { requests: { cpu: "1m", memory: "4Mi" } },
      },
    ],
  };
}
