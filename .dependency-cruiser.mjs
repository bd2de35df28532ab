// @ts-check
/**
 * What may import what. `npm run check` holds it, with imports of types counted. docs/architecture.md draws the layers.
 */

/**
 * The layers, lowest first. A file imports files of its own layer and of lower ones. It belongs to the first layer whose
 * name fits; folders that one name with `*` stands for import nothing of each other.
 *
 * @type {readonly (readonly [name: string, what: string])[]}
 */
export const layers = [
  ["components/base", "CIDRs, pairs, Kubernetes versions; uses nothing"],
  ["components/config", "common settings, validated whole"],
  ["components/plan", "the lab as data: flows, MTU, addresses, price"],
  ["components/network", "VPCs, routes, peering, security groups"],
  ["components/trust", "root and intermediate certificates"],
  ["components/cluster", "clusters and their load balancers"],
  ["components/backends/common", "contract of a backend, and what several use"],
  ["components/backends/*", "one folder a backend"],
  ["components/backends/*.ts", "registries of backends"],
  ["components/demo", "Online Boutique"],
  ["components/existing", "asks clusters that are there already"],
  ["components/lab", "configuration, plan, resources, outputs"],
  ["index.ts", "the program"],
  ["examples", "programs of others, with a lab in them"],
  ["checks/kube", "a client for objects of any kind"],
  ["checks/common", "what a check is; questions to live clusters"],
  ["checks/*", "checks of one backend, or of the demo"],
  ["checks/disrupt", "takes things away, counts what is felt"],
  ["checks/run", "runs all checks of a lab"],
  ["measure", "how fast, and what it takes"],
  ["rehearsal/base", "what everything else may use"],
  ["rehearsal/tools", "gets Pulumi, Kubernetes, kwok, etcd, Helm"],
  ["rehearsal/control-planes", "Kubernetes control planes as processes"],
  ["rehearsal/images", "images made from packages, and their registry"],
  ["rehearsal/nodes", "real nodes: containerd, kubelet, kube-proxy"],
  ["rehearsal/aws", "the emulated AWS"],
  ["rehearsal/network", "what the emulated AWS holds, as packets"],
  ["rehearsal/existing", "clusters that are there before the lab"],
  ["rehearsal/operators", "what operators do where pods are simulated"],
  ["rehearsal/providers", "stand-ins for Pulumi's providers"],
  ["rehearsal/faults", "refusals, time-outs, kills on request"],
  ["rehearsal/ground", "everything below, wired together"],
  ["rehearsal/engine", "the Pulumi engine"],
  ["rehearsal/run", "up, checks, second up, destroy, leftovers"],
  ["rehearsal/report", "a page of what happened"],
  ["rehearsal/sweep", "many rehearsals with faults"],
  ["rehearsal/cli", "the command line"],
  ["compare/facts", "what each backend comes to, as data"],
  ["compare/show", "tables and a page of it"],
  ["compare/cli", "npm run compare"],
  ["scripts", "writes documentation, checks the code"],
  ["tests", "unit, emulated AWS, rehearsals"],
];

/** Where the lab is plain data; what these files import, through however many files, is plain data too. */
const plainData = [
  "^components/(base|config|plan)/",
  "^components/lab/(config|plan)\\.ts$",
  "^components/backends/profiles\\.ts$",
];

const ours = "^(components|examples|checks|measure|rehearsal|compare|scripts|tests)/|^[^/]+\\.ts$";

const paths = layers.map(([name]) => pathOf(name));

/** @type {import("dependency-cruiser").IForbiddenRuleType[]} */
const upwards = layers.map(([name], level) => ({
  name: `${name} imports nothing from above`,
  severity: "error",
  from: { path: paths[level], pathNot: paths.slice(0, level) },
  to: { path: ours, pathNot: paths.slice(0, level + 1) },
}));

/** @type {import("dependency-cruiser").IForbiddenRuleType[]} */
const apart = layers
  .filter(([name]) => name.endsWith("/*"))
  .map(([name]) => {
    const all = name.replace("*", "");
    const others = layers
      .filter((layer) => layer[0] !== name && layer[0].startsWith(all))
      .map((layer) => pathOf(layer[0]));
    return {
      name: `folders of ${name} import nothing of each other`,
      severity: "error",
      from: { path: `^${all}([^/]+)/`, pathNot: others },
      to: { path: `^${all}[^/]+/`, pathNot: [`^${all}$1/`, ...others] },
    };
  });

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    ...upwards,
    ...apart,
    {
      name: "every file is in a layer",
      severity: "error",
      from: { path: ours, pathNot: paths },
      to: {},
    },
    {
      name: "no circle of files",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "plain data knows no Pulumi",
      comment: "plan, configuration and profiles are tested, drawn and priced without an engine",
      severity: "error",
      from: { path: plainData },
      to: { path: "@pulumi/", reachable: true },
    },
    {
      name: "the demo knows no backend",
      severity: "error",
      from: { path: "^components/demo/" },
      to: { path: "^components/backends/" },
    },
    {
      name: "the emulated AWS judges with code of its own",
      comment: "else a mistake of the program would be one of its judge too, and stay hidden",
      severity: "error",
      from: { path: "^rehearsal/aws/" },
      to: { path: "^components/|^index\\.ts$", reachable: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^rehearsal/charts/" },
  },
};

/**
 * The files of a layer as a regular expression.
 *
 * @param {string} name
 */
function pathOf(name) {
  const pattern = name.replaceAll(".", "\\.").replace("*", "[^/]+");
  return name.endsWith(".ts") ? `^${pattern}$` : `^${pattern}/`;
}
