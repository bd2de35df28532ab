import { multiclusterNamespace } from "../../components/backends/linkerd/names";
import type { DemoDescription } from "../../components/lab/description";
import { fail, type PairCheck, skip, verdict } from "../common/check";
import { linkKind } from "./link";

interface ServiceStatus {
  readonly remoteRef?: { readonly name?: string; readonly namespace?: string };
  readonly conditions?: readonly { readonly type?: string; readonly status?: string; readonly message?: string }[];
}

interface LinkStatus {
  readonly mirrorServices?: readonly ServiceStatus[];
  readonly federatedServices?: readonly ServiceStatus[];
}

/**
 * What the mirroring controller says of each Service of the peer: all that it was told of are there, and so are the demo's.
 * A Link alone mirrors nothing.
 */
export const mirrors: PairCheck = {
  id: "linkerd-mirrors",
  expects: "the Services that the peer exports are mirrored",
  ofPair: async (here, peer, { demo }) => {
    if (!here.reaches.includes(peer.name)) return skip(`${here.name} does not mirror ${peer.name}`);
    const link = await here.kube.get({ ...linkKind, namespace: multiclusterNamespace, name: peer.name });
    if (!link) return fail(`there is no Link ${multiclusterNamespace}/${peer.name}`);
    const { mirrorServices = [], federatedServices = [] } = (link.status ?? {}) as LinkStatus;
    const said = [...mirrorServices, ...federatedServices];
    const there = said.filter(isMirrored).map(nameOf);
    return verdict(
      [
        ...said.filter((status) => !isMirrored(status)).map((status) => `${nameOf(status)}: ${reasonOf(status)}`),
        ...exportedBy(peer.name, demo)
          .filter((name) => !said.some((status) => nameOf(status) === name))
          .map((name) => `nothing is said of ${name}`),
      ],
      there.join(", ") || "the peer exports nothing",
    );
  },
};

function exportedBy(cluster: string, demo: DemoDescription | undefined): string[] {
  return (demo?.exports ?? [])
    .filter(({ from }) => from.includes(cluster))
    .map(({ name, namespace }) => `${namespace}/${name}`);
}

const nameOf = ({ remoteRef }: ServiceStatus) => `${remoteRef?.namespace}/${remoteRef?.name}`;

const mirrored = ({ conditions = [] }: ServiceStatus) => conditions.find(({ type }) => type === "Mirrored");

const isMirrored = (status: ServiceStatus) => mirrored(status)?.status === "True";

const reasonOf = (status: ServiceStatus) => mirrored(status)?.message || "not mirrored";
