import {
  clusterNameLabel,
  controlNamespace,
  credentialsType,
  destinationMetadata,
  multiclusterNamespace,
} from "../../components/backends/linkerd/names";
import { type LiveCluster, type PairCheck, skip, verdict } from "../common/check";
import { readAs, reading } from "../common/reader";
import { secretData } from "../common/secret";
import type { KubeObject } from "../kube/client";
import { linkKind } from "./link";

/** What the mirroring and the destination controller watch (linkerd2, controller/k8s: InitializeAPI of either). */
const watched = [
  ...reading("", "services", "endpoints", "pods"),
  ...reading("discovery.k8s.io", "endpointslices"),
  ...reading("apps", "replicasets"),
  ...reading("batch", "jobs"),
];

/** Linkerd's account sees neither Secrets nor ConfigMaps, but for the one that holds the control plane's settings. */
const unreadable = [
  { verb: "list", resource: "secrets", group: "" },
  { verb: "list", resource: "configmaps", group: "" },
] as const;

/**
 * Both copies of the credentials are what their controllers take for such; they read on the peer's API server what these
 * watch, and may not write there.
 */
export const credentials: PairCheck = {
  id: "linkerd-credentials",
  expects: "the credentials read all that Linkerd watches on the peer, and write nothing",
  ofPair: async (here, peer) => {
    if (!here.reaches.includes(peer.name)) return skip(`${here.name} does not mirror ${peer.name}`);
    const [mirroring, destination] = await Promise.all([
      copyOf(here, multiclusterNamespace, await namedByLink(here, peer.name)),
      destinationCopy(here, peer.name),
    ]);
    const { problems, services } = await readAs(mirroring.kubeconfig, peer, {
      must: watched,
      mustNot: unreadable,
    });
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
      `list ${services} Services of ${peer.name}, read all that Linkerd watches, may not write`,
    );
  },
};

/** The Secret that the mirroring controller reads. */
async function namedByLink({ kube }: LiveCluster, peer: string): Promise<string> {
  const found = await kube.get({ ...linkKind, namespace: multiclusterNamespace, name: peer });
  const { clusterCredentialsSecret } = (found?.spec ?? {}) as { clusterCredentialsSecret?: string };
  if (!clusterCredentialsSecret) throw new Error(`there is no Link ${peer} that names a Secret`);
  return clusterCredentialsSecret;
}

/** The only one that bears the peer's name: with a second one the controller forgets the cluster when either goes. */
async function destinationCopy(here: LiveCluster, peer: string) {
  const labelSelector = `${clusterNameLabel}=${peer}`;
  const found = await here.kube.list("v1", "Secret", { namespace: controlNamespace, labelSelector });
  const [only, ...more] = found.map(({ metadata }) => metadata.name);
  if (!only) throw new Error(`no Secret in ${controlNamespace} has the label ${labelSelector}`);
  if (more.length > 0)
    throw new Error(`${found.length} Secrets in ${controlNamespace} have the label ${labelSelector}`);
  return copyOf(here, controlNamespace, only);
}

async function copyOf({ kube }: LiveCluster, namespace: string, name: string) {
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
