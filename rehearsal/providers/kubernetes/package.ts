/**
 * Stand-in for the kubernetes provider: objects of every kind and Helm releases, on real API servers.
 *
 * It does not do: `*List` resources, YAML and kustomize resources, helm.v4.Chart, client-side apply,
 * generateName, functions, and previews of patches (they show the inputs).
 */
import type { AwsClock } from "../../aws/account/clock";
import type { ProviderPackage } from "../provider";
import { configDifference, type KubernetesConfig, kubernetesConfig, type Way } from "./config";
import { Helm } from "./helm";
import { kindOf } from "./identity";
import { kubernetesObject } from "./object";
import { kubernetesPatch } from "./patch";
import { helmRelease } from "./release";

/** What the stand-in works with. */
export interface KubernetesOptions {
  /** Path of the helm command. */
  readonly helm: string;
  readonly clock: AwsClock;
  /** Folder for helm's own files and, while it runs, kubeconfigs and values. */
  readonly scratch: string;
  /** How API servers are reached. Default: directly, and all of them. */
  readonly way?: Way;
  /** Whether pods take real time, by which waits for them are then limited. Default: false. */
  readonly realPods?: boolean;
}

/** Packages of the SDK that are no API groups of Kubernetes. */
const notGroups = ["helm.sh/", "yaml", "kustomize"];

/** The package: objects of every kind, patches and Helm releases. */
export function kubernetesPackage(options: KubernetesOptions): ProviderPackage<KubernetesConfig> {
  const object = kubernetesObject(options.clock, options.realPods);
  const patch = kubernetesPatch();
  const release = helmRelease(new Helm(options.helm, options.scratch));
  return {
    name: "kubernetes",
    diffConfig: configDifference,
    configure: async (settings) => kubernetesConfig(settings, options.way),
    resource(token) {
      if (token === "kubernetes:helm.sh/v3:Release") return release;
      const kind = kindOf(token);
      if (!kind || notGroups.some((prefix) => kind.apiVersion.startsWith(prefix))) return undefined;
      if (kind.kind.endsWith("Patch")) return patch;
      return kind.kind.endsWith("List") ? undefined : object;
    },
  };
}
