/** What the code knows of the demo, as tables: names, and what each backend does for each use case. */

import { profileOf } from "../../../components/backends/profiles";
import { globalService, redisCart } from "../../../components/demo/boutique";
import type { LabPlan } from "../../../components/lab/plan";
import type { PlannedExport, ServiceExporter } from "../../../components/plan/exports";
import { table } from "../markdown";
import { everyBackend, everyBalancing, everyNaming, everyReplication, type Variant } from "../variants";
import { crossing, crossingText } from "./crossing";

/** The Services that cross clusters under each backend. */
export function namesSection(): string {
  return everyNaming
    .map((variant) => {
      const rows = variant.plan.naming.map((row) => [
        `\`${row.service}\``,
        row.on.join(", "),
        row.calledFrom.join(", "),
        `\`${row.address}\``,
        row.configuration,
      ]);
      const head = ["service", "on", "called from", "address", "special configuration"];
      return `### ${variant.title}\n\n${table(head, rows)}`;
    })
    .join("\n\n");
}

/** Global services: affinities and their limits, by what they come about, and how calls cross. */
export function balancingTable(): string {
  const rows = everyBalancing.map((variant) => {
    const { affinities, limits } = exporterOf(variant);
    const exported = variant.plan.demo?.exports.find(({ global }) => global);
    return [
      variant.title,
      affinities.map((affinity) => `\`${affinity}\``).join(", ") || "none",
      limits ?? "",
      exported?.plan.setup ?? "",
      exported ? across(exported, variant.plan) : "",
    ];
  });
  return table(
    ["backend", "`demo.affinity`, default first", "limits", "set up by", "calls arrive at the peer's"],
    rows,
  );
}

/** Redis and its copy: under which name, by which way, and who else is kept out. */
export function replicationTable(): string {
  const rows = everyReplication.map((variant) => {
    const { exports } = demoOf(variant);
    const exported = exports.find(({ name }) => name === redisCart);
    if (!exported) throw new Error(`${variant.title} does not export ${redisCart}`);
    return [
      variant.title,
      `\`${exported.plan.host}\``,
      across(exported, variant.plan),
      exporterOf(variant).accessControl,
    ];
  });
  return table(["backend", `name of \`${redisCart}\``, "calls arrive at the peer's", "access control"], rows);
}

/** Where each service runs, and what of it is called under which name from elsewhere. */
export function placesTable(): string {
  const [variant] = everyBackend;
  if (!variant) throw new Error("there are no backends");
  const { instances, replicas } = demoOf(variant);
  const rows = variant.plan.config.clusters.map(({ name }) => [
    name,
    [
      ...instances.filter(({ cluster }) => cluster === name).map(({ service }) => service.name),
      ...replicas.filter(({ cluster }) => cluster === name).map(() => `a copy of ${redisCart}`),
    ]
      .map((each) => (each === globalService ? `**${each}**` : each))
      .join(", "),
  ]);
  return table(["cluster", "runs"], rows);
}

function across(exported: PlannedExport, plan: LabPlan): string {
  const [owner = ""] = exported.from;
  const caller = [...exported.from, ...exported.to].find((cluster) => cluster !== owner) ?? "";
  return crossingText(crossing(exported, caller, owner, plan));
}

function exporterOf({ plan: { config, backendConfig } }: Variant): ServiceExporter {
  return profileOf(config.backend).exporter(backendConfig);
}

function demoOf({ plan: { demo }, title }: Variant) {
  if (!demo) throw new Error(`the demo is off on ${title}`);
  return demo;
}
