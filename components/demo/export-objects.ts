import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { PlannedExport } from "../plan/exports";
import type { ExportObject, Manifest } from "../plan/objects";
import { appLabel, partOf } from "./pods";

/** A Service of the demo. */
export interface ServiceArgs {
  /** Name of the service, by which its pods are found. */
  readonly service: string;
  /** Where the Service listens. */
  readonly port: number;
  /** Where its pods listen. */
  readonly targetPort: number;
  /** Meshes take the protocol from it. */
  readonly portName: string;
  /** How the backend exports it. Default: no other cluster calls it. */
  readonly exported?: PlannedExport | undefined;
  /** A Service without a selector has no pods here: the name and the port are all it is. Default: it has pods. */
  readonly selectorless?: boolean;
  /** The demo's, known when it is there. */
  readonly namespace: pulumi.Input<string>;
}

/** A service of the demo, with what offers it to the peers where it is exported. */
export function serviceOf(name: string, args: ServiceArgs, opts: pulumi.CustomResourceOptions): k8s.core.v1.Service {
  const { service, port, targetPort, portName, exported, selectorless, namespace } = args;
  return new k8s.core.v1.Service(
    name,
    {
      metadata: {
        name: service,
        namespace,
        labels: { ...partOf, ...exported?.plan.labels },
        annotations: {
          ...exported?.plan.annotations,
          // Nobody is behind it here, and the provider would wait for somebody.
          ...(selectorless ? { "pulumi.com/skipAwait": "true" } : {}),
        },
      },
      spec: {
        ...(selectorless ? {} : { selector: { [appLabel]: service } }),
        ports: [{ name: portName, port, targetPort, protocol: "TCP" }],
      },
    },
    // When a Service loses its selector, Kubernetes leaves the pods that it had (service documentation, "Services without
    // selectors"), and peers would go on calling them.
    { ...opts, replaceOnChanges: ["spec.selector"], deleteBeforeReplace: true },
  );
}

/** Those of a backend's objects that belong to `cluster`. */
export function backendObjects(
  prefix: string,
  objects: readonly ExportObject[],
  { cluster, namespace }: { readonly cluster: string; readonly namespace: pulumi.Input<string> },
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  return objects
    .filter((object) => object.cluster === cluster)
    .map(({ manifest }) => {
      const { kind, metadata } = manifest;
      return object(`${prefix}-${metadata.name}-${kind.toLowerCase()}`, manifest, namespace, opts);
    });
}

function object(
  name: string,
  { apiVersion, kind, metadata, spec }: Manifest,
  namespace: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const args = { metadata: { ...metadata, namespace }, ...(spec ? { spec } : {}) };
  if (kind === "NetworkPolicy") {
    return new k8s.networking.v1.NetworkPolicy(name, args as k8s.networking.v1.NetworkPolicyArgs, opts);
  }
  return new k8s.apiextensions.CustomResource(name, { apiVersion, kind, ...args }, opts);
}
