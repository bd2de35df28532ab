import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { tokenKubeconfig } from "../common/kubeconfig";
import type { LinkerdInstalled } from "./installed";
import { exportLabel, type LinkerdMode } from "./modes";
import {
  clusterDomain,
  controlNamespace,
  credentialsSecret,
  credentialsType,
  destinationMetadata,
  gatewayIdentity,
  gatewayPort,
  probePort,
} from "./names";

/**
 * What makes Services of a peer appear here: a Link and the credentials that it names, as `linkerd multicluster link-gen`
 * would write them (linkerd2, multicluster/cmd/link-gen.go).
 *
 * The credentials are there twice: for the mirroring controller, and for the destination controller, which looks up the
 * peer's endpoints itself where the network is flat.
 */
export class Link extends pulumi.ComponentResource {
  public readonly link: pulumi.Resource;

  constructor(
    name: string,
    args: {
      readonly here: LinkerdInstalled;
      readonly peer: LinkerdInstalled;
      readonly mode: LinkerdMode;
      readonly federated: boolean;
    },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:linkerd:Link", name, {}, opts);
    const { here, peer, mode, federated } = args;
    const peerName = peer.cluster.plan.name;
    const child = { parent: this, provider: here.cluster.provider };
    const kubeconfig = tokenKubeconfig(peer.cluster, peer.reader.token);
    const credentials = (suffix: string, metadata: k8s.types.input.meta.v1.ObjectMeta) =>
      new k8s.core.v1.Secret(
        `${name}-${suffix}`,
        {
          metadata: { name: credentialsSecret(peerName), ...metadata },
          type: credentialsType,
          stringData: { kubeconfig },
        },
        { ...child, dependsOn: here.multicluster },
      );
    const secrets = [
      credentials("mirroring", { namespace: here.multiclusterNamespace }),
      credentials("destination", { namespace: here.namespace, ...destinationMetadata(peerName) }),
    ];

    this.link = new k8s.apiextensions.CustomResource(
      name,
      {
        apiVersion: "multicluster.linkerd.io/v1alpha3",
        kind: "Link",
        metadata: { name: peerName, namespace: here.multiclusterNamespace },
        spec: {
          targetClusterName: peerName,
          targetClusterDomain: clusterDomain,
          targetClusterLinkerdNamespace: controlNamespace,
          clusterCredentialsSecret: credentialsSecret(peerName),
          ...gatewaySpec(peer.gatewayAddress),
          ...selectors(mode),
          ...(federated ? selectors("federated") : {}),
        },
      },
      // On the way down the Link goes while there is still a controller to see it go.
      { ...child, dependsOn: [here.multicluster, ...secrets] },
    );
    this.registerOutputs({});
  }
}

/** Where the peer's gateway is; an address that has changed reaches the Link with the next `pulumi up`. */
function gatewaySpec(address: pulumi.Output<string> | undefined) {
  if (!address) return {};
  return {
    gatewayAddress: address,
    gatewayPort: String(gatewayPort),
    gatewayIdentity,
    probeSpec: { path: "/ready", port: String(probePort), period: "3s", timeout: "30s", failureThreshold: "3" },
  };
}

/** Which of the peer's Services are mirrored. A selector that is not there selects nothing. */
function selectors(mode: LinkerdMode) {
  const field = {
    gateway: "selector",
    "remote-discovery": "remoteDiscoverySelector",
    federated: "federatedServiceSelector",
  }[mode];
  return { [field]: { matchLabels: exportLabel(mode) } };
}
