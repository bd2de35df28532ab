import { randomBytes } from "node:crypto";
import { InitFailed, type Props } from "../../base/operations";
import { changedKeys, type Difference, type Operation, type ResourceHandler, stable } from "../provider";
import { type KubernetesConfig, reaching, reachingOrGone } from "./config";
import { type Helm, HelmError, type Listed, type ReleaseRef } from "./helm";

type Op = Operation<KubernetesConfig>;

/** Options that are carried out. */
const known = [
  "atomic",
  "chart",
  "createNamespace",
  "name",
  "namespace",
  "postrender",
  "repositoryOpts",
  "skipAwait",
  "skipCrds",
  "timeout",
  "values",
  "version",
  "waitForJobs",
];

/** What the SDK sends by itself, and what only describes. */
const harmless = ["compat", "description", "manifest", "resourceNames", "status"];

/** How a release was found or left. */
const defaults = { namespace: "default", timeout: 300 };

/** Helm releases, by the real helm. */
export function helmRelease(helm: Helm): ResourceHandler<KubernetesConfig> {
  async function run(op: Op, verb: "install" | "upgrade", inputs: Props): Promise<{ id: string; outputs: Props }> {
    const ref = refOf(op, inputs);
    const id = `${ref.namespace}/${ref.name}`;
    const before = await helm.find(ref);
    try {
      await helm.apply(verb, ref, inputs.chart, inputs.values ?? {}, flags(op, verb, inputs), op.signal);
    } catch (error) {
      if (!(error instanceof HelmError)) throw error;
      const after = await helm.find(ref);
      // Nothing was done: the chart is missing or does not render, or the name was taken before.
      if (!after || (before && after.revision === before.revision)) throw refused(error, inputs, ref, before, verb);
      throw new InitFailed(id, outputsOf(inputs, after), [`Helm release "${id}" failed: ${error.message}`]);
    }
    return { id, outputs: outputsOf(inputs, await helm.find(ref)) };
  }

  return {
    async check(op, news, olds) {
      const failures = Object.keys(news)
        .filter((option) => !known.includes(option) && !harmless.includes(option) && isSet(news[option]))
        .map((property) => ({ property, reason: `the rehearsal's helm releases do not know the option ${property}` }));
      if (Object.keys(news.repositoryOpts ?? {}).some((option) => option !== "repo"))
        failures.push({ property: "repositoryOpts", reason: "the rehearsal knows only repo in repositoryOpts" });
      const name = news.name ?? olds.name ?? `${op.name}-${randomBytes(4).toString("hex").slice(0, 7)}`;
      const namespace = news.namespace ?? op.config.namespace ?? defaults.namespace;
      return { inputs: { ...news, name, namespace }, failures };
    },

    async diff(_op, _id, oldInputs, news): Promise<Difference> {
      const changed = changedKeys(comparable(oldInputs), comparable(news));
      const replaces = changed.filter((key) => key === "name" || key === "namespace");
      return { changed, replaces };
    },

    // Without `status`, which only helm knows (helm_release.go, Create and Update).
    planned: async (_op, inputs) => inputs,

    create: (op, inputs) =>
      reaching(async () => {
        await op.config.kube.version();
        return run(op, "install", inputs);
      }),

    read: (op, id, state, inputs) =>
      reachingOrGone(op.config, async () => {
        await op.config.kube.version();
        const ref = refOf(op, { ...identity(id), ...state, ...inputs });
        const found = await helm.find(ref);
        if (!found) return undefined;
        const values = await helm.values(ref);
        const drifted = stable(values) !== stable(inputs.values ?? {});
        const now = drifted ? { ...inputs, values } : inputs;
        return { inputs: now, outputs: outputsOf(now, found) };
      }),

    update: (op, _id, _state, news) =>
      reaching(async () => {
        await op.config.kube.version();
        return (await run(op, "upgrade", news)).outputs;
      }),

    // Whether objects of a lost cluster count as deleted is not asked for releases (provider.go, Delete;
    // pulumi-kubernetes#2675): a refresh drops them, a deletion fails.
    async delete(op, id, state) {
      await reaching(
        async () => {
          await op.config.kube.version();
          const wait = state.skipAwait === true ? [] : ["--wait"];
          await helm.uninstall(refOf(op, { ...state, ...identity(id) }), [...wait, ...limit(op, state)], op.signal);
        },
        (reason) => `can't delete Helm Release with unreachable cluster. Reason: "${reason}"`,
      );
    },
  };
}

function refOf(op: Op, { name, namespace }: Props): ReleaseRef {
  return { name, namespace: namespace ?? defaults.namespace, kubeconfig: op.config.kubeconfig };
}

function identity(id: string): { namespace: string; name: string } {
  const [namespace = "", name = ""] = id.split("/");
  return { namespace, name };
}

function flags(op: Op, verb: "install" | "upgrade", inputs: Props): string[] {
  const repository = inputs.repositoryOpts?.repo;
  return [
    ...(inputs.version ? ["--version", String(inputs.version)] : []),
    ...(repository ? ["--repo", String(repository)] : []),
    ...(inputs.createNamespace && verb === "install" ? ["--create-namespace"] : []),
    ...(inputs.skipAwait === true ? [] : ["--wait"]),
    ...(inputs.waitForJobs ? ["--wait-for-jobs"] : []),
    ...(inputs.atomic ? ["--atomic"] : []),
    ...(inputs.skipCrds ? ["--skip-crds"] : []),
    ...(inputs.postrender ? ["--post-renderer", String(inputs.postrender)] : []),
    ...limit(op, inputs),
  ];
}

function limit(op: Op, { timeout }: Props): string[] {
  return ["--timeout", `${op.timeout || timeout || defaults.timeout}s`];
}

function isSet(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** Unset and empty are the same to helm, and waiting is no property of what was installed. */
function comparable(inputs: Props): Props {
  const relevant = Object.entries(inputs).filter(([key, value]) => known.includes(key) && isSet(value));
  return Object.fromEntries(relevant);
}

function outputsOf(inputs: Props, found: Listed | undefined): Props {
  if (!found) return inputs;
  const { name, namespace, status, app_version: appVersion } = found;
  const version = /-(v?\d+\.\d+\.\d+.*)$/.exec(found.chart)?.[1] ?? "";
  const chart = found.chart.slice(0, found.chart.length - version.length - (version ? 1 : 0));
  return {
    ...inputs,
    status: { name, namespace, revision: Number(found.revision), status, chart, version, appVersion },
  };
}

/** One sentence for the user's own mistakes; helm's words for the rest. */
function refused(error: HelmError, inputs: Props, ref: ReleaseRef, before: Listed | undefined, verb: string): Error {
  const { message } = error;
  if (verb === "install" && before)
    return new Error(
      `Helm release "${ref.namespace}/${ref.name}" was not made by this stack and exists already: ` +
        "uninstall it, import it, or choose another name.",
    );
  const missing =
    /no such file|is not a valid chart repository|failed to download|path ".*" not found|chart .* not found|repo .* not found/i;
  if (missing.test(message)) {
    const version = inputs.version ? ` ${inputs.version}` : "";
    const where = inputs.repositoryOpts?.repo ? ` in ${inputs.repositoryOpts.repo}` : "";
    return new Error(`The chart ${inputs.chart}${version} was not found${where}: ${message.split("\n")[0]}`);
  }
  return new Error(`Helm release "${ref.namespace}/${ref.name}" failed: ${message}`);
}
