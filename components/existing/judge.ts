/** Whether clusters that are there already are what the configuration says, and can take the lab. */
import { contains, overlaps } from "../base/cidr";
import type { ConfigMistake } from "../base/config-mistakes";
import { isEks, isExisting } from "../config/cluster";
import { imageArchitectures } from "../demo/boutique";
import type { DemoPlan } from "../demo/plan";
import type { ExistingSupport } from "../plan/backend-profile";
import { type ClusterPlan, type ExistingClusterPlan, labAnnotation } from "../plan/cluster";
import type { ClusterFacts, Surveyed } from "./facts";

/** What of the lab is judged by. */
export interface Judged {
  /** All of them. */
  readonly clusters: readonly ClusterPlan[];
  /** Undefined when it is off. */
  readonly demo: DemoPlan | undefined;
  /** The backend's name for people. */
  readonly title: string;
  /** What the backend joins, and what it makes. */
  readonly existing: ExistingSupport;
  /** Kubernetes versions that the backend is released for, e.g. `1.35`. */
  readonly kubernetesVersions: readonly string[];
}

type Judgement = (cluster: ExistingClusterPlan, facts: ClusterFacts, lab: Judged) => readonly ConfigMistake[];

/** What stands against the lab, with the field of the cluster that says otherwise. Empty when nothing does. */
export function judge(lab: Judged, surveyed: ReadonlyMap<string, Surveyed>): ConfigMistake[] {
  const existing = lab.clusters.filter(isExisting);
  const told = existing.flatMap((cluster) => {
    const found = surveyed.get(cluster.name);
    if (!found) throw new Error(`nobody asked ${cluster.name}`);
    const mistakes =
      found.kind === "silent"
        ? [{ key: found.field, given: cluster[found.field] ?? "", problem: found.problem, fix: found.fix }]
        : [
            ...endpoint(cluster, found, lab),
            ...judgements.flatMap((judgement) => judgement(cluster, found.facts, lab)),
          ];
    return mistakes.map((mistake) => ({ ...mistake, key: `clusters.${cluster.name}.${mistake.key}` }));
  });
  return [...told, ...twice(existing, surveyed)];
}

/** Peers' pods call the API server by its endpoint: what the kubeconfig names is for this machine. */
function endpoint(
  { endpoint: given, name }: ExistingClusterPlan,
  { server, certificateAuthority }: Extract<Surveyed, { kind: "answered" }>,
  { clusters }: Judged,
): ConfigMistake[] {
  const mistakes: ConfigMistake[] = [];
  const host = URL.parse(server)?.hostname ?? "";
  if (given === undefined && /^(localhost|127\..*|0\.0\.0\.0|\[::1?\])$/.test(host)) {
    mistakes.push({
      key: "endpoint",
      problem: `is missing: the kubeconfig leads to ${server}, which is this machine's loopback, and pods of the peers do not reach it`,
      fix: `Say how they do, e.g. with kind https://ADDRESS:6443 with the address of docker inspect ${name}-control-plane.`,
    });
  }
  if (certificateAuthority === undefined) {
    const peers = clusters.filter((each) => each.name !== name).map((each) => each.name);
    mistakes.push({
      key: "context",
      problem: `the kubeconfig has no certificate authority of ${server}, by which ${peers.join(", ")} would know it`,
      fix: "Put certificate-authority-data into it; insecure-skip-tls-verify is not enough for peers.",
    });
  }
  return mistakes;
}

const rights: Judgement = ({ context }, { mayEverything }) =>
  mayEverything
    ? []
    : [
        {
          key: "context",
          given: context,
          problem: "its user may not do everything in the cluster: charts make roles, definitions and webhooks",
          fix: "Name a context of an administrator (cluster-admin).",
        },
      ];

const version: Judgement = ({ context }, facts, { title, kubernetesVersions }) => {
  const minor = /^v?(\d+\.\d+)/.exec(facts.version)?.[1] ?? facts.version;
  if (kubernetesVersions.includes(minor)) return [];
  return [
    {
      key: "context",
      given: context,
      problem: `the cluster runs Kubernetes ${facts.version}, and ${title} does not support it`,
      fix: `Supported: ${kubernetesVersions.join(", ")}.`,
    },
  ];
};

/** The API server tells its networks from 1.33 on; before, one address has to do. */
const services: Judgement = ({ serviceCidr }, { serviceCidrs, serviceAddress }) => {
  const told = serviceCidrs.filter((cidr) => !cidr.includes(":"));
  const right = told.length > 0 ? told.includes(serviceCidr) : contains(serviceCidr, `${serviceAddress}/32`);
  if (right) return [];
  const known = told.length > 0 ? told.join(", ") : `a network with ${serviceAddress}`;
  return [
    {
      key: "serviceCidr",
      given: serviceCidr,
      problem: `its Services have addresses of ${known}`,
      fix: `Say what it has${told[0] ? `: ${told[0]}` : ""}.`,
    },
  ];
};

/** Not every network lets Kubernetes hand out its pods' addresses; what is told has to fit. */
const pods: Judgement = ({ podCidr }, { nodes }) => {
  const told = nodes.flatMap(({ podCidrs }) => podCidrs).filter((cidr) => !cidr.includes(":"));
  const outside = told.filter((cidr) => !contains(podCidr, cidr));
  if (outside.length === 0) return [];
  return [
    {
      key: "podCidr",
      given: podCidr,
      problem: `its nodes give pods addresses of ${outside.join(", ")}`,
      fix: "Say the network that holds all of these.",
    },
  ];
};

const nodes: Judgement = (cluster, facts, { clusters }) => {
  const field = cluster.nodeCidr === undefined ? "egressCidr" : "nodeCidr";
  const network = cluster.nodeCidr ?? cluster.egressCidr;
  const addresses = facts.nodes.flatMap((node) => node.addresses).filter((address) => !address.includes(":"));
  const outside = addresses.filter((address) => !contains(network, `${address}/32`));
  const vpc = clusters
    .filter(isEks)
    .find(({ vpcCidr }) => addresses.some((address) => overlaps(vpcCidr, `${address}/32`)));
  return [
    ...(facts.nodes.length === 0
      ? [{ key: "context", given: cluster.context, problem: "the cluster has no nodes", fix: "Add some first." }]
      : []),
    ...(outside.length > 0
      ? [
          {
            key: field,
            given: network,
            problem: `its nodes have the addresses ${outside.join(", ")}`,
            fix:
              field === "nodeCidr"
                ? "Say the network that holds them."
                : "Say in nodeCidr which network they are in, where it is another than peers see.",
          },
        ]
      : []),
    ...(vpc
      ? [
          {
            key: "context",
            given: cluster.context,
            problem: `its nodes have addresses of the VPC of ${vpc.name}, which is ${vpc.vpcCidr}`,
            fix: "Choose another vpcCidr for that one.",
          },
        ]
      : []),
  ];
};

/** On clusters that the lab makes instance types say it. */
const architecture: Judgement = ({ context }, facts, { demo }) => {
  const foreign = facts.nodes.find((node) => !imageArchitectures.some((known) => known === node.architecture));
  if (!demo || !foreign) return [];
  return [
    {
      key: "context",
      given: context,
      problem: `the node ${foreign.name} is of the architecture ${foreign.architecture}, and the demo's images are for ${imageArchitectures.join(", ")} alone`,
      fix: "Choose a cluster of these, or set demo.enabled to false.",
    },
  ];
};

/** A mesh that is there already, or another lab. */
const foreign: Judgement = ({ context, lab }, facts, { existing, demo, title }) => {
  // Refused before anybody was asked.
  if (existing.refused !== undefined) return [];
  const wanted = [...existing.namespaces, ...(demo ? [demo.namespace] : [])];
  const others = wanted.filter((name) => name in facts.namespaces && facts.namespaces[name] !== lab);
  const ours = wanted.some((name) => facts.namespaces[name] === lab);
  const left = ours
    ? []
    : facts.definitions.filter((name) => existing.definitions.some((group) => name.endsWith(`.${group}`)));
  return [
    ...others.map((name) => ({
      key: "context",
      given: context,
      problem: `the cluster has the namespace ${name} already, ${whose(facts.namespaces[name])}`,
      fix: "Remove what is installed there, or choose another cluster: the lab would take it away with pulumi destroy.",
    })),
    ...(left.length > 0
      ? [
          {
            key: "context",
            given: context,
            problem: `the cluster has ${left.length} of the custom resource definitions that ${title} brings, e.g. ${left[0]}`,
            fix: `Remove them with what they belong to (kubectl --context ${context} get crd), or choose another cluster: Helm takes over nothing that others made.`,
          },
        ]
      : []),
  ];
};

const judgements = [rights, version, services, pods, nodes, architecture, foreign];

function whose(lab: string | undefined): string {
  return lab === undefined ? `and it is not the lab's (no annotation ${labAnnotation})` : `of the lab ${lab}`;
}

/** Two contexts may lead to one cluster. */
function twice(clusters: readonly ExistingClusterPlan[], surveyed: ReadonlyMap<string, Surveyed>): ConfigMistake[] {
  const seen = new Map<string, string>();
  return clusters.flatMap(({ name, context }) => {
    const found = surveyed.get(name);
    if (found?.kind !== "answered") return [];
    const { identity } = found.facts;
    const other = seen.get(identity);
    seen.set(identity, name);
    if (other === undefined) return [];
    return [
      {
        key: `clusters.${name}.context`,
        given: context,
        problem: `leads to the same cluster as that of ${other}`,
        fix: "Name the context of another cluster.",
      },
    ];
  });
}
