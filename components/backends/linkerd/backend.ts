import type { Backend } from "../common/backend";
import { LinkerdControlPlane } from "./control-plane";
import type { LinkerdInstalled } from "./installed";
import { Link } from "./link";
import { federates, mirrors } from "./modes";
import type { LinkerdSettings } from "./settings";

/** Linkerd, with links in the directions that the configuration names. */
export const linkerd: Backend<LinkerdSettings, LinkerdInstalled> = {
  install: (cluster, context, parent) =>
    new LinkerdControlPlane(`${cluster.plan.key}-linkerd`, cluster, context, { parent }),
  joinPair: (here, peer, { config }, parent) => {
    if (!mirrors(here.cluster.plan.name, config)) return [];
    const name = `${here.cluster.plan.key}-linkerd-link-${peer.cluster.plan.key}`;
    const { mode } = config.own;
    const { link } = new Link(name, { here, peer, mode, federated: federates(config) }, { parent });
    // Mirrors go when the Service's label goes, and only while there is a Link.
    return [link];
  },
};
