import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Chart } from "../../plan/chart";

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
  /** Where charts come from instead of their own repository; see `charts.mirror` in the configuration. */
  readonly mirror: string | undefined;
  /**
   * Leave it to others to find out whether its pods come up; for what is installed before there are nodes. Default: the
   * release is there when they are ready.
   */
  readonly skipAwait?: boolean;
}

/**
 * A chart as a Helm release: its hooks run, it waits for what it started unless told not to, and its removal waits too.
 */
export function installChart(name: string, args: ReleaseArgs, opts: pulumi.CustomResourceOptions): k8s.helm.v3.Release {
  return new k8s.helm.v3.Release(
    name,
    {
      ...locate(args.chart, args.mirror),
      name: args.release,
      namespace: args.namespace,
      values: args.values,
      ...(args.skipAwait ? { skipAwait: true } : {}),
      // Seconds; new nodes pull every image first.
      timeout: 600,
    },
    opts,
  );
}

function locate({ name, version, repository }: Chart, mirror: string | undefined) {
  if (mirror === undefined) return { chart: name, version, repositoryOpts: { repo: repository } };
  if (mirror.startsWith("https://")) return { chart: name, version, repositoryOpts: { repo: mirror } };
  if (mirror.startsWith("oci://")) return { chart: `${mirror.replace(/\/$/, "")}/${name}`, version };
  return { chart: `${mirror.replace(/\/$/, "")}/${name}-${version}.tgz` };
}
