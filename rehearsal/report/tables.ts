/** The report's tables. */

import { isEks } from "../../components/config/cluster";
import type { LabPlan } from "../../components/lab/plan";
import { placeText, trafficText } from "../../components/plan/flows";
import type { Source } from "../../components/plan/source";
import { originText } from "../run/pods";
import type { Result } from "../run/result";

/** A column of a table. */
export interface Column {
  readonly title: string;
  readonly numeric?: boolean;
}

/** `tone` is a class of the page's style. */
export type Cell = string | { readonly text: string; readonly tone: "pass" | "warning" | "fail" | "skipped" | "sum" };

/** A table. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A heading and the tables below it. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly intro: string;
  readonly tables: readonly Table[];
}

/** The sections below the pictures. */
export function sectionsOf(result: Result, plan: LabPlan): Section[] {
  return [
    checks(result),
    connections(result),
    pods(result),
    images(result),
    flows(plan),
    admission(plan),
    mtu(plan),
    addresses(plan),
    price(plan),
    webhooks(result),
  ].filter(({ tables }) => tables.some(({ rows }) => rows.length > 0));
}

const columns = (...titles: string[]): Column[] => titles.map((title) => ({ title }));

function checks({ checks }: Result): Section {
  const words = { pass: "pass", warning: "WARNING", fail: "FAIL", skipped: "skipped" } as const;
  return {
    id: "checks",
    title: "Checks",
    intro:
      "Questions to the clusters themselves, of each cluster or of each direction between two; answered by packets that were sent, or by what is configured.",
    tables: [
      {
        columns: columns("status", "check", "where", "evidence", "detail"),
        rows: checks.map(({ status, id, cluster, peer, evidence, detail }) => [
          { text: words[status], tone: status },
          id,
          peer ? `${cluster} → ${peer}` : cluster,
          evidence,
          detail,
        ]),
      },
    ],
  };
}

function connections({ checks }: Result): Section {
  return {
    id: "connections",
    title: "Connections",
    intro:
      "What checks sent between pods, by which addresses it went as far as that was seen, and how long an answer took.",
    tables: [
      {
        columns: [...columns("from", "to", "called", "through"), { title: "ms", numeric: true }],
        rows: checks
          .flatMap(({ connections = [] }) => connections)
          .map(({ from, to, target, path, latencyMs }) => [from, to, target, path.join(", "), `${latencyMs}`]),
      },
    ],
  };
}

function pods({ nodes, clusters, pods: { real, simulated } }: Result): Section {
  return {
    id: "pods",
    title: "Pods that did not run",
    intro: `${real} pods ran. Of these there was only the object: nothing that they would say or answer was seen.`,
    tables: [
      {
        columns: columns("cluster", "pod", "reason"),
        // Where nodes are simulated all pods are, and there is nothing to tell apart.
        rows:
          nodes === "simulated"
            ? []
            : inOrder(clusters, simulated).map(({ cluster, pod, reason }) => [cluster, pod, reason]),
      },
    ],
  };
}

function inOrder<T extends { readonly cluster: string; readonly pod: string }>(
  clusters: readonly string[],
  all: readonly T[],
): T[] {
  return clusters.flatMap((name) =>
    all.filter(({ cluster }) => cluster === name).sort((a, b) => a.pod.localeCompare(b.pod)),
  );
}

function images({ images }: Result): Section {
  return {
    id: "images",
    title: "Images",
    intro: "Where the images of the pods that ran came from.",
    tables: [
      { columns: columns("image", "origin"), rows: images.map(({ name, origin }) => [name, originText(origin)]) },
    ],
  };
}

function flows(plan: LabPlan): Section {
  return {
    id: "flows",
    title: "Flows",
    intro: "Everything that crosses between clusters. Security groups and access lists are made from these.",
    tables: [
      {
        columns: columns("from", "to", "traffic", "why"),
        rows: plan.flows.map(({ from, to, traffic, why }) => [
          placeText(from),
          placeText(to),
          trafficText(traffic),
          why,
        ]),
      },
    ],
  };
}

function admission({ clusters }: LabPlan): Section {
  return {
    id: "admission",
    title: "Who is let in",
    intro: "Ingress rules of each cluster's node security group, then who may use load balancers and API servers.",
    tables: [
      {
        columns: columns("cluster", "traffic", "from", "description"),
        rows: clusters.flatMap(({ ingressRules }) =>
          ingressRules.map(({ cluster, traffic, source, description }) => [
            cluster,
            trafficText(traffic),
            sourceText(source),
            description,
          ]),
        ),
      },
      {
        columns: columns("cluster", "entrance", "exposure", "open to"),
        rows: clusters.flatMap(({ name, balancers, frontDoor, apiSources }) => [
          ...[...balancers, ...(frontDoor ? [frontDoor] : [])].map((balancer) => [
            name,
            balancer.name,
            balancer.exposure,
            balancer.sources.map(sourceText).join(", "),
          ]),
          [name, "API server", "public", apiSources.map(sourceText).join(", ")],
        ]),
      },
    ],
  };
}

function sourceText(source: Source): string {
  return source.kind === "cidr" ? source.cidr : `${source.cluster}'s NAT address`;
}

function mtu({ pairs, clusters }: LabPlan): Section {
  return {
    id: "mtu",
    title: "MTU",
    intro: "The narrowest path decides for every cluster, since a pod has one MTU for all its peers.",
    tables: [
      {
        columns: [...columns("path"), { title: "MTU", numeric: true }, ...columns("why")],
        rows: pairs.map(({ a, b, path }) => [`${a} ↔ ${b}`, `${path.bytes}`, path.why]),
      },
      {
        columns: [
          ...columns("cluster"),
          { title: "nodes", numeric: true },
          { title: "pods", numeric: true },
          ...columns("why"),
        ],
        rows: clusters.map(({ name, mtu }) => [name, `${mtu.node}`, `${mtu.pod}`, mtu.why]),
      },
    ],
  };
}

function addresses({ clusters, networking }: LabPlan): Section {
  const inVpc = networking.podAddresses === "vpc";
  const list = (subnets: readonly { readonly cidr: string }[]) => subnets.map(({ cidr }) => cidr).join(", ");
  return {
    id: "addresses",
    title: "Addresses",
    intro:
      "Private subnets hold nodes and internal load balancers, public ones NAT and internet-facing load balancers.",
    tables: [
      {
        columns: columns("cluster", "region", "VPC", "private subnets", "public subnets", "Services", "pods"),
        rows: clusters.map(({ serviceCidr, podCidr, ...cluster }) => [
          cluster.name,
          ...(isEks(cluster)
            ? [cluster.region, cluster.vpcCidr, list(cluster.subnets.private), list(cluster.subnets.public)]
            : ["there already", `as seen by peers: ${cluster.egressCidr}`, "-", "-"]),
          serviceCidr,
          inVpc ? "from the private subnets" : (podCidr ?? "chosen by the backend"),
        ]),
      },
    ],
  };
}

function price({ price }: LabPlan): Section {
  const dollars = (amount: number) => `$${amount.toFixed(4)}`;
  return {
    id: "price",
    title: "Price",
    intro: `USD an hour in us-east-1, without ${price.without.join(", ")}.`,
    tables: [
      {
        columns: [...columns("what"), ...["count", "each", "together"].map((title) => ({ title, numeric: true }))],
        rows: [
          ...price.items.map(({ what, count, each }) => [what, `${count}`, dollars(each), dollars(count * each)]),
          [{ text: "sum", tone: "sum" }, "", "", { text: dollars(price.perHour), tone: "sum" }],
        ],
      },
    ],
  };
}

function webhooks({ openedWebhooks }: Result): Section {
  return {
    id: "webhooks",
    title: "Webhooks that could not answer",
    intro: "No pod runs in a rehearsal, so calls to these webhooks were allowed to fail.",
    tables: [
      {
        columns: columns("cluster", "configuration", "webhook"),
        rows: openedWebhooks.map(({ cluster, configuration, webhook }) => [cluster, configuration, webhook]),
      },
    ],
  };
}
