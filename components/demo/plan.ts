/** The demo as plain data: what runs where, which address each service is given, and what is exported. */
import type { CommonConfig } from "../config/common";
import type { PlannedExport, ServiceExporter } from "../plan/exports";
import { imageFrom } from "../plan/image";
import { type ExportObject, type Metadata, noMetadata } from "../plan/objects";
import type { Protection } from "../plan/protection";
import { admissionsOf } from "./admissions";
import { type BoutiqueService, boutique, frontend, messageVariable, redisCart } from "./boutique";
import { type DemoConfig, placesOf, replicaClusters } from "./placement";
import { demoNamespace, exportedServices } from "./workload";

/** A service on a cluster. */
export interface ServiceInstance {
  /** Name of the cluster on which it runs. */
  readonly cluster: string;
  /** What runs there. */
  readonly service: BoutiqueService;
  /** Its environment, apart from `addresses`. */
  readonly env: Readonly<Record<string, string>>;
  /** Host and port by environment variable. */
  readonly addresses: Readonly<Record<string, string>>;
}

/** A copy of the carts' Redis. */
export interface Replica {
  /** Name of the cluster that keeps it. */
  readonly cluster: string;
  /** Under which it finds the primary. */
  readonly primaryHost: string;
  /** What runs there, as on the primary's cluster. */
  readonly service: BoutiqueService;
}

/** The demo of a lab. */
export interface DemoPlan {
  /** The same on every cluster. */
  readonly namespace: string;
  /** What puts the namespace and its pods into the mesh, and what the namespace demands of pods and callers. */
  readonly membership: ServiceExporter["membership"];
  /** Whether its pods start anew with other roots. */
  readonly rootsAtStart: boolean;
  /** What runs where. */
  readonly instances: readonly ServiceInstance[];
  /** Copies of the carts' Redis. */
  readonly replicas: readonly Replica[];
  /** Services that cross clusters. */
  readonly exports: readonly PlannedExport[];
  /** Objects that keep out whoever does not belong to the demo; none with `demo.accessControl: false`. */
  readonly protection: readonly ExportObject[];
}

/**
 * Undefined when the demo is off.
 *
 * @param title name by which people know the backend
 */
export function planDemo(
  config: DemoConfig & Pick<CommonConfig, "images">,
  exporter: ServiceExporter,
  title: string,
): DemoPlan | undefined {
  if (!config.demo.enabled) return undefined;
  const exports = exportedServices(config, exporter).map((service) => ({
    ...service,
    plan: exporter.exportService(service),
  }));
  const host = hostFinder(config, exporter, exports);
  const protection = config.demo.accessControl ? exporter.protect(admissionsOf(config, exporter)) : unprotected;
  const services = boutique.map((each) => ({ ...each, image: imageFrom(each.image, config.images.registry) }));
  return {
    namespace: demoNamespace,
    membership: { ...exporter.membership, namespace: namespaceOf(exporter, protection) },
    rootsAtStart: exporter.rootsAtStart ?? false,
    instances: services.flatMap((service) =>
      placesOf(service.name, config, exporter).map((cluster) => ({
        cluster,
        service,
        env: environmentOf(service, cluster, title),
        addresses: addressesOf(service, cluster, host),
      })),
    ),
    replicas: services
      .filter(({ name }) => name === redisCart)
      .flatMap((service) =>
        replicaClusters(config, exporter).map((cluster) => ({
          cluster,
          primaryHost: host(redisCart, cluster),
          service,
        })),
      ),
    exports,
    protection: protection.objects,
  };
}

const unprotected: Protection = { namespace: noMetadata, objects: [] };

/**
 * The demo's own pods are restricted (Kubernetes documentation, Pod Security Standards). Where what a mesh adds to them
 * cannot be, the API server enforces nothing and warns of a Deployment that is not restricted itself.
 */
function namespaceOf({ membership, podSecurity }: ServiceExporter, { namespace }: Protection): Metadata {
  const level = "pod-security.kubernetes.io";
  return {
    labels: {
      ...membership.namespace.labels,
      ...namespace.labels,
      [`${level}/enforce`]: podSecurity,
      [`${level}/warn`]: "restricted",
    },
    annotations: { ...membership.namespace.annotations, ...namespace.annotations },
  };
}

/** The DNS name under which a service is called from a cluster. */
type HostFinder = (service: string, caller: string) => string;

function hostFinder(config: DemoConfig, exporter: ServiceExporter, exports: readonly PlannedExport[]): HostFinder {
  return (service, caller) => {
    const exported = exports.find(({ name }) => name === service);
    const here = placesOf(service, config, exporter).includes(caller);
    return exported && (exported.global || !here)
      ? exported.plan.host
      : `${service}.${demoNamespace}.svc.cluster.local`;
  };
}

/** The shop's pages say where they come from. */
function environmentOf({ name, env }: BoutiqueService, cluster: string, title: string): ServiceInstance["env"] {
  return name === frontend ? { ...env, [messageVariable]: `From ${cluster}, joined by ${title}` } : env;
}

function addressesOf({ calls }: BoutiqueService, cluster: string, host: HostFinder): ServiceInstance["addresses"] {
  const port = (called: string) => boutique.find(({ name }) => name === called)?.port;
  return Object.fromEntries(
    Object.entries(calls).map(([variable, called]) => [variable, `${host(called, cluster)}:${port(called)}`]),
  );
}
