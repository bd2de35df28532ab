/**
 * Stand-ins for an HTTP and a gRPC service, by which checks see who answers whom: fortio, which is server and client of both.
 * They are exported and protected as the program does it with the demo's Services, by the same functions, in a namespace of
 * their own, so that they change nothing of what is checked. Whoever checks puts them there, and takes them away.
 */
import { profileOf } from "../backends/profiles";
import type { ExportedService, ServiceExporter } from "../plan/exports";
import { imageFrom } from "../plan/image";
import { standInPorts as ports } from "../plan/stand-in-ports";
import type { LabPlan } from "./plan";
import { container, type Probe, type ProbeObject, type ProbeProtocol, probeObjects } from "./probe-objects";

/** What they run. */
export const probeImage = "docker.io/fortio/fortio:1.68.0";

const namespace = "lab-probes";

/**
 * What they are for. `measuring`: every cluster has an HTTP and a TCP service of its own besides, so that each path is measured
 * by itself.
 */
export type ProbePurpose = "checks" | "measuring";

/** Pods that call and answer in the place of the demo's services, whose images a rehearsal may lack. */
export interface Probes {
  /** The same on every cluster. */
  readonly namespace: string;
  /** Value of the label `app` of the pods that call, and name of their container. */
  readonly caller: { readonly app: string; readonly container: string };
  /** What they call. */
  readonly targets: readonly ProbeTarget[];
}

/** A Service that probes answer, exported as the program exports the demo's. */
export interface ProbeTarget {
  /** Name of the Service on the clusters in `on`. */
  readonly service: string;
  /** What is spoken. */
  readonly protocol: ProbeProtocol;
  /** Name under which callers on all of `from` find it. */
  readonly host: string;
  /** Of the Service. */
  readonly port: number;
  /** Clusters that call it. */
  readonly from: readonly string[];
  /** Clusters whose pods answer. */
  readonly on: readonly string[];
}

/** What is put onto the clusters. */
export interface ProbePlan {
  /** What the checks need to know. */
  readonly probes: Probes;
  /** By name of the cluster, in the order in which they are made. */
  readonly objects: Readonly<Record<string, readonly ProbeObject[]>>;
}

/**
 * The stand-ins of a lab. Undefined where the backend has no Services that are one on all clusters; but plain load balancers have
 * those that are among their settings (`loadbalancer.shared`), planned with their security group rules.
 */
export function planProbes(
  { config, backendConfig, clusters }: LabPlan,
  purpose: ProbePurpose = "checks",
): ProbePlan | undefined {
  const exporter = profileOf(config.backend).exporter(backendConfig);
  const names = clusters.map(({ name }) => name);
  const probes = exportedProbes(exporter, names, purpose);
  if (probes.length === 0) return undefined;
  const image = imageFrom(probeImage, config.images.registry);
  return {
    probes: {
      namespace,
      caller: { app: callerName, container },
      targets: probes.map(({ protocol, service, plan }) => ({
        service: service.name,
        protocol,
        host: plan.host,
        port: service.port,
        from: service.global ? names : service.to,
        on: service.from,
      })),
    },
    objects: Object.fromEntries(
      names.map((cluster) => [
        cluster,
        probeObjects(cluster, { names, namespace, probes, exporter, image, callerName }),
      ]),
    ),
  };
}

/** A service by HTTP, which calls the others too. */
const callerName = "probe-http";

function exportedProbes(exporter: ServiceExporter, names: readonly string[], purpose: ProbePurpose): Probe[] {
  const { affinities, settledExports } = exporter;
  const isSpread = affinities.includes("spread");
  if (!isSpread && !settledExports) return [];
  return [...(isSpread ? [globalService(names)] : []), ...servicesOfEach(names, purpose)]
    .filter(({ service }) => settledExports?.some(isSame(service)) ?? true)
    .map(({ protocol, service }) => ({ protocol, service, plan: exporter.exportService(service) }));
}

const isSame = (a: ServiceName) => (b: ServiceName) => a.name === b.name && a.namespace === b.namespace;

type ServiceName = Pick<ExportedService, "name" | "namespace">;

const common = { namespace, ordinal: 0, affinity: "spread" } as const;

/** By HTTP, with instances everywhere. */
function globalService(names: readonly string[]): Omit<Probe, "plan"> {
  const port = { port: 80, targetPort: ports.http, portName: "http" };
  return { protocol: "http", service: { ...common, ...port, name: callerName, from: names, to: [], global: true } };
}

/** Of each cluster, called by the others. */
function servicesOfEach(names: readonly string[], purpose: ProbePurpose): Omit<Probe, "plan">[] {
  const protocols: readonly ProbeProtocol[] = purpose === "checks" ? ["grpc"] : ["grpc", "http", "tcp"];
  return names.flatMap((name) =>
    protocols.map((protocol) => ({
      protocol,
      service: {
        ...common,
        ...{ port: ports[protocol], targetPort: ports[protocol], portName: protocol },
        ...{ name: `probe-${protocol}-${name}`, from: [name], global: false },
        to: names.filter((other) => other !== name),
      },
    })),
  );
}

/** What plain load balancers must be told to share so that stand-ins can be measured: `loadbalancer.shared`. */
export function sharedForMeasuring(names: readonly string[]) {
  return servicesOfEach(names, "measuring").map(({ service: { name, namespace, port, from } }) => ({
    ...{ name, namespace, port },
    owners: from,
  }));
}
