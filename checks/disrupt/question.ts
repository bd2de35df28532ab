/** What is disrupted of a lab, as data: one question after the other, and what each of them needs. */
import { orderedPairs } from "../../components/base/pairs";
import { type LiveCluster, type LiveLab, skip, type Verdict } from "../common/check";
import type { WayInOf } from "../common/way-in";
import { type Caller, callerOfGlobal, callerOfPeer } from "./caller";
import { gatewayPod } from "./gateway-pod";
import { localInstances } from "./local-instances";
import type { Changer, Taking } from "./taking";
import { zoneOfBalancer } from "./zone";

/** How a lab is disrupted. */
export interface Disrupting {
  readonly lab: LiveLab;
  /** To change a cluster, by its name in the lab. */
  readonly changer: (cluster: string) => Changer;
  readonly wayIn: WayInOf;
  /** Why load balancers do not follow what changes in the clusters; undefined where they do. */
  readonly balancersRest?: string | undefined;
}

/** A disruption of one cluster, and who is to feel it. */
export interface Question {
  readonly id: string;
  readonly expected: string;
  /** Where the caller is. */
  readonly cluster: string;
  /** What is disrupted, if it is not the caller's own. */
  readonly peer?: string;
  /** Looked up when its turn comes: what is taken away and who calls, or why neither. */
  readonly prepare: () => Promise<Prepared | Verdict>;
}

/** What it takes to do it. */
export interface Prepared {
  readonly taking: Taking;
  readonly caller: Caller;
}

/** All of them, in their order. */
export function questions(disrupting: Disrupting): Question[] {
  const { lab } = disrupting;
  const pairs = orderedPairs(lab.clusters);
  return [
    ...lab.clusters.map((here) => instancesOf(here, disrupting)),
    ...pairs.map(([here, peer]) => gatewayOf(here, peer, disrupting)),
    ...pairs.map(([here, peer]) => zoneOf(here, peer, disrupting)),
  ];
}

function instancesOf(here: LiveCluster, { lab, changer }: Disrupting): Question {
  return {
    id: "disrupt-instances",
    expected: "when the instances of a global Service on a cluster go, those of its peers answer",
    cluster: here.name,
    prepare: async () => {
      const target = lab.probes?.targets.find(
        ({ protocol, on, from }) =>
          protocol === "http" && on.length > 1 && on.includes(here.name) && from.includes(here.name),
      );
      if (!lab.probes || !target) return skip("there is no global Service of stand-ins");
      const { namespace } = lab.probes;
      return prepared(
        await callerOfGlobal(here, target, lab),
        await localInstances(changer(here.name), namespace, target.service),
      );
    },
  };
}

function gatewayOf(here: LiveCluster, peer: LiveCluster, { lab, changer, wayIn }: Disrupting): Question {
  return {
    id: "disrupt-gateway",
    expected: "when a pod goes by which peers' calls come in, calls are answered again",
    cluster: here.name,
    peer: peer.name,
    prepare: async () => {
      const { gateway } = await wayIn(peer);
      if (typeof gateway === "string") return skip(gateway);
      return prepared(await callerOfPeer(here, peer, lab), await gatewayPod(changer(peer.name), gateway));
    },
  };
}

function zoneOf(here: LiveCluster, peer: LiveCluster, disrupting: Disrupting): Question {
  const { lab, changer, wayIn, balancersRest } = disrupting;
  return {
    id: "disrupt-zone",
    expected: "when nodes of a zone are no targets of load balancers any more, calls are answered by the others",
    cluster: here.name,
    peer: peer.name,
    prepare: async () => {
      const { balancer } = await wayIn(peer);
      if (balancer !== true) return skip(balancer);
      if (peer.addresses !== undefined) return skip("peers come to node ports, and by no load balancer");
      if (balancersRest !== undefined) return skip(balancersRest);
      return prepared(await callerOfPeer(here, peer, lab), await zoneOfBalancer(changer(peer.name)));
    },
  };
}

function prepared(caller: Caller | string, taking: Taking | string): Prepared | Verdict {
  if (typeof caller === "string") return skip(caller);
  return typeof taking === "string" ? skip(taking) : { caller, taking };
}
