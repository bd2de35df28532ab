import {
  controlNamespace,
  credentialsSecret,
  credentialsType,
  destinationMetadata,
  multiclusterNamespace,
} from "../../components/backends/linkerd/names";
import { type LiveCluster, type PairCheck, skip, verdict } from "../common/check";
import { readAs } from "../common/reader";
import { secretData } from "../common/secret";
import type { KubeObject } from "../kube/client";

/** Linkerd's account sees neither Secrets nor ConfigMaps, but for the one that holds the control plane's settings. */
const unreadable = [
  { verb: "list", resource: "secrets", group: "" },
  { verb: "list", resource: "configmaps", group: "" },
] as const;

/**
 * Both copies of the credentials are what their controllers take for such; they list Services on the peer's API server, and
 * may not write there.
 */
export const credentials: PairCheck = {
  id: "linkerd-credentials",
  ofPair: async (here, peer) => {
    if (!here.reaches.includes(peer.name)) return skip(`${here.name} does not mirror ${peer.name}`);
    const [mirroring, destination] = await Promise.all([
      readCopy(here, multiclusterNamespace, peer.name),
      readCopy(here, controlNamespace, peer.name),
    ]);
    const { problems, services } = await readAs(mirroring.kubeconfig, peer, unreadable);
    return verdict(
      [
        ...problems,
        mirroring.kubeconfig !== destination.kubeconfig && "the destination controller has others",
        ...[mirroring, destination].map(
          ({ object }) =>
            object?.type !== credentialsType && `the type of a copy is ${object?.type}, not ${credentialsType}`,
        ),
        ...marksMissing(destination.object, peer.name),
      ],
      `list ${services} Services of ${peer.name}, may not write`,
    );
  },
};

async function readCopy({ kube }: LiveCluster, namespace: string, peer: string) {
  const name = credentialsSecret(peer);
  const data = await secretData(kube, namespace, name);
  return {
    kubeconfig: data("kubeconfig"),
    object: await kube.get({ apiVersion: "v1", kind: "Secret", namespace, name }),
  };
}

function marksMissing(copy: KubeObject | undefined, peer: string): (string | false)[] {
  const wanted = destinationMetadata(peer);
  return (["labels", "annotations"] as const).flatMap((kind) =>
    Object.entries(wanted[kind]).map(([key, value]) => {
      const given = copy?.metadata[kind]?.[key];
      return given !== value && `the destination controller's copy has ${key} ${given ?? "unset"}, not ${value}`;
    }),
  );
}
