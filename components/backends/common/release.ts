import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../../cluster/cluster";
import { isExisting } from "../../config/cluster";
import type { CommonConfig } from "../../config/common";
import type { Chart, ChartValues } from "../../plan/chart";

/** A chart, and what it is installed with. */
export interface ReleaseArgs {
  /** Which one, and in which version. */
  readonly chart: Chart;
  /** Helm's name for it; peers and charts refer to it, so it is never generated. */
  readonly release: string;
  /** It must be there: a release makes none. */
  readonly namespace: pulumi.Input<string>;
  /** In place of the chart's defaults; the rest of these stands. */
  readonly values: pulumi.Inputs;
  /** Where charts and images come from instead of their own repositories and registries. */
  readonly sources: Pick<CommonConfig, "charts" | "images">;
  /**
   * Leave it to others to find out whether its pods come up; for what is installed before there are nodes. Default: the
   * release is there when they are ready.
   */
  readonly skipAwait?: boolean;
  /** Leave out what lies in the chart's folder `crds`: Helm never takes it away again. Default: it is installed. */
  readonly skipCrds?: boolean;
  /**
   * The cluster, if it stays when the lab goes: then what the chart wants to outlive its release goes with it all the same, such
   * as custom resource definitions. Default: it goes with its cluster.
   */
  readonly on?: Pick<Cluster, "plan">;
}

/** Path of a post-renderer, from the project's folder, in which providers run (pulumi, sdk: newPlugin). */
const letGo = "./components/backends/common/let-go.sh";

/**
 * A chart as a Helm release: its hooks run, it waits for what it started unless told not to, and its removal waits too.
 */
export function installChart(name: string, args: ReleaseArgs, opts: pulumi.CustomResourceOptions): k8s.helm.v3.Release {
  const { sources } = args;
  const { registry } = sources.images;
  return new k8s.helm.v3.Release(
    name,
    {
      ...locate(args.chart, sources.charts.mirror),
      name: args.release,
      namespace: args.namespace,
      values: registry === undefined ? args.values : merged(args.values, args.chart.images?.(registry) ?? {}),
      ...(args.skipAwait ? { skipAwait: true } : {}),
      ...(args.skipCrds ? { skipCrds: true } : {}),
      ...(args.on && isExisting(args.on.plan) ? { postrender: letGo } : {}),
      // Seconds; new nodes pull every image first.
      timeout: 600,
    },
    opts,
  );
}

function locate({ name, version, repository }: Chart, mirror: string | undefined) {
  const origin = (mirror ?? repository).replace(/\/$/, "");
  if (origin.startsWith("https://")) return { chart: name, version, repositoryOpts: { repo: origin } };
  if (origin.startsWith("oci://")) return { chart: `${origin}/${name}`, version };
  return { chart: `${origin}/${name}-${version}.tgz` };
}

/** As Helm lays one file of values over another. */
function merged(values: pulumi.Inputs, over: ChartValues): pulumi.Inputs {
  const laid = Object.entries(over).map(([key, value]) => {
    const below = values[key];
    return [key, isMap(value) && isMap(below) ? merged(below, value) : value];
  });
  return { ...values, ...Object.fromEntries(laid) };
}

function isMap(value: unknown): value is ChartValues {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !pulumi.Output.isInstance(value);
}
