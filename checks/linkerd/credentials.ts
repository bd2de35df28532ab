import { controlNamespace, credentialsSecret, multiclusterNamespace } from "../../components/backends/linkerd/names";
import { type PairCheck, skip, verdict } from "../check";
import { readAs } from "../common/reader";
import { secretData } from "../common/secret";

/** Linkerd's account sees neither Secrets nor ConfigMaps, but for the one that holds the control plane's settings. */
const unreadable = [
  { verb: "list", resource: "secrets", group: "" },
  { verb: "list", resource: "configmaps", group: "" },
] as const;

/** Both copies of the credentials list Services on the peer's API server, and may not write there. */
export const credentials: PairCheck = {
  id: "linkerd-credentials",
  ofPair: async (here, peer) => {
    if (!here.reaches.includes(peer.name)) return skip(`${here.name} does not mirror ${peer.name}`);
    const [mirroring = "", destination = ""] = await Promise.all(
      [multiclusterNamespace, controlNamespace].map(async (namespace) =>
        (await secretData(here.kube, namespace, credentialsSecret(peer.name)))("kubeconfig"),
      ),
    );
    const { problems, services } = await readAs(mirroring, peer, unreadable);
    return verdict(
      [...problems, mirroring !== destination && "the destination controller has others"],
      `list ${services} Services of ${peer.name}, may not write`,
    );
  },
};
