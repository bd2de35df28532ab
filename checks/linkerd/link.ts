import {
  credentialsSecret,
  gatewayIdentity,
  gatewayPort,
  mirrorController,
  multiclusterNamespace,
  probePort,
} from "../../components/backends/linkerd/names";
import { portAt } from "../common/balancer";
import { fail, type PairCheck, skip, verdict } from "../common/check";

interface LinkSpec {
  readonly targetClusterName?: string;
  readonly clusterCredentialsSecret?: string;
  readonly gatewayAddress?: string;
  readonly gatewayPort?: string;
  readonly gatewayIdentity?: string;
  readonly probeSpec?: { readonly port?: string };
}

/** What a Link is to the API server. */
export const linkKind = { apiVersion: "multicluster.linkerd.io/v1alpha3", kind: "Link" } as const;

/** Linkerd accepted the Link, it leads to the peer's gateway, and the controller that it is for is there. */
export const link: PairCheck = {
  id: "linkerd-link",
  expects: "the Link leads to the peer's gateway, and has a controller",
  ofPair: async (here, peer) => {
    if (!here.reaches.includes(peer.name)) return skip(`${here.name} does not mirror ${peer.name}`);
    const [found, controller] = await Promise.all([
      here.kube.get({ ...linkKind, namespace: multiclusterNamespace, name: peer.name }),
      here.kube.get({
        apiVersion: "apps/v1",
        kind: "Deployment",
        namespace: multiclusterNamespace,
        name: mirrorController(peer.name),
      }),
    ]);
    if (!found) return fail(`there is no Link ${multiclusterNamespace}/${peer.name}`);
    const spec = found.spec as LinkSpec;
    const differs = (what: string, given: string | undefined, wanted: string | undefined) =>
      given !== wanted && `its ${what} is ${given ?? "not set"}, not ${wanted ?? "unset"}`;
    return verdict(
      [
        controller === undefined && `no controller mirrors ${peer.name}`,
        spec.targetClusterName === here.name && "it leads back to its own cluster",
        differs("target", spec.targetClusterName, peer.name),
        !spec.clusterCredentialsSecret?.startsWith(credentialsSecret(peer.name)) &&
          `its Secret is ${spec.clusterCredentialsSecret ?? "not set"}, not one of ${peer.name}'s`,
        differs("gateway", spec.gatewayAddress, peer.addresses?.join(",") ?? peer.gateway),
        ...(peer.gateway === undefined
          ? []
          : [
              differs("gateway's port", spec.gatewayPort, String(portAt(peer, gatewayPort))),
              differs("probe's port", spec.probeSpec?.port, String(portAt(peer, probePort))),
              differs("gateway's identity", spec.gatewayIdentity, gatewayIdentity),
            ]),
      ],
      peer.gateway === undefined ? "pod to pod" : `by ${peer.gateway}`,
    );
  },
};
