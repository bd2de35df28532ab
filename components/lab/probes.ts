/**
 * Stand-ins for an HTTP and a gRPC service, by which checks see who answers whom: fortio, which is server and client of both.
 * They are exported and protected as the program does it with the demo's Services, by the same functions, in a namespace of
 * their own, so that they change nothing of what is checked. Whoever checks puts them there, and takes them away.
 */
import { profileOf } from "../backends/profiles";
import { onePod, resourcesOf } from "../demo/pods";
import type { ExportedService, ServiceExporter, ServiceExportPlan } from "../plan/exports";
import { imageFrom } from "../plan/image";
import type { Manifest, Metadata } from "../plan/objects";
import type { LabPlan } from "./plan";

/** Header in which a stand-in says on which cluster it is. */
export const clusterHeader = "Lab-Cluster";

/** What they run. */
export const probeImage = "docker.io/fortio/fortio:1.68.0";

const namespace = "lab-probes";
const container = "server";
const requests = { cpu: 10, memory: 32 } as const;

/** Where fortio answers in its pods. */
const ports = { http: 8080, grpc: 8079 } as const;

/** A Service that crosses clusters, what is spoken, and how the backend exports it. */
interface Probe {
  readonly protocol: ProbeTarget["protocol"];
  readonly service: ExportedService;
  readonly plan: ServiceExportPlan;
}

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
  /** What is spoken. */
  readonly protocol: "http" | "grpc";
  /** Name under which callers on all of `from` find it. */
  readonly host: string;
  /** Of the Service. */
  readonly port: number;
  /** Clusters that call it. */
  readonly from: readonly string[];
  /** Clusters whose pods answer. */
  readonly on: readonly string[];
}

/** A Kubernetes object as data; some kinds have more than a `spec`, and a Namespace is in none. */
export interface ProbeObject extends Omit<Manifest, "metadata" | "spec"> {
  /** What it is called, and what it bears. */
  readonly metadata: Omit<Manifest["metadata"], "namespace"> & { readonly namespace?: string };
  /** The rest, by its kind. */
  readonly [field: string]: unknown;
}

/** What is put onto the clusters. */
export interface ProbePlan {
  /** What the checks need to know. */
  readonly probes: Probes;
  /** By name of the cluster, in the order in which they are made. */
  readonly objects: Readonly<Record<string, readonly ProbeObject[]>>;
}

/**
 * The stand-ins of a lab. Undefined where a backend has no Services that are one on all clusters: it exports each by a load
 * balancer, which is planned with its security group rules, and there are none for what the program does not know.
 */
export function planProbes({ config, backendConfig, clusters }: LabPlan): ProbePlan | undefined {
  const exporter = profileOf(config.backend).exporter(backendConfig);
  if (!exporter.affinities.includes("spread")) return undefined;
  const names = clusters.map(({ name }) => name);
  const probes = servicesOf(names).map(
    ({ protocol, service }): Probe => ({ protocol, service, plan: exporter.exportService(service) }),
  );
  const image = imageFrom(probeImage, config.images.registry);
  return {
    probes: {
      namespace,
      caller: { app: httpName, container },
      targets: probes.map(({ protocol, service, plan }) => ({
        protocol,
        host: plan.host,
        port: service.port,
        from: service.global ? names : service.to,
        on: service.from,
      })),
    },
    objects: Object.fromEntries(
      names.map((cluster) => [cluster, objectsOn(cluster, { names, probes, exporter, image })]),
    ),
  };
}

const httpName = "probe-http";

/** HTTP by one Service with instances everywhere, gRPC by one of each cluster, which the others call. */
function servicesOf(names: readonly string[]): Omit<Probe, "plan">[] {
  const common = { namespace, ordinal: 0, affinity: "spread" } as const;
  return [
    {
      protocol: "http",
      service: {
        ...common,
        name: httpName,
        port: 80,
        targetPort: ports.http,
        portName: "http",
        from: names,
        to: [],
        global: true,
      },
    },
    ...names.map((name) => ({
      protocol: "grpc" as const,
      service: {
        ...common,
        name: `probe-grpc-${name}`,
        port: ports.grpc,
        targetPort: ports.grpc,
        portName: "grpc",
        from: [name],
        to: names.filter((other) => other !== name),
        global: false,
      },
    })),
  ];
}

interface Making {
  readonly names: readonly string[];
  readonly probes: readonly Probe[];
  readonly exporter: ServiceExporter;
  readonly image: string;
}

function objectsOn(cluster: string, { names, probes, exporter, image }: Making): ProbeObject[] {
  const protection = exporter.protect(
    probes.flatMap(({ protocol, service }) =>
      service.from.map((on) => ({
        name: service.name,
        namespace,
        cluster: on,
        port: service.targetPort,
        protocol,
        callers: [{ account: httpName, clusters: names }],
        people: false,
      })),
    ),
  );
  const exported = probes.flatMap(({ plan }) => plan.objects);
  const backend = [...exported, ...protection.objects].filter((each) => each.cluster === cluster);
  return [
    namespaceOf(exporter, protection.namespace),
    ...probes.flatMap((probe) => [...serviceOn(cluster, probe), ...workloadOn(cluster, probe, exporter, image)]),
    ...backend.map(({ manifest }) => ({ ...manifest })),
  ];
}

function namespaceOf({ membership, podSecurity }: ServiceExporter, protection: Metadata): ProbeObject {
  const labels = {
    ...membership.namespace.labels,
    ...protection.labels,
    "pod-security.kubernetes.io/enforce": podSecurity,
  };
  const annotations = { ...membership.namespace.annotations, ...protection.annotations };
  return { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels, annotations } };
}

function serviceOn(cluster: string, { service, plan }: Probe): ProbeObject[] {
  const { name, port, targetPort, portName, from } = service;
  const selectorless = plan.selectorless.includes(cluster);
  if (!selectorless && !from.includes(cluster)) return [];
  return [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace, labels: { ...plan.labels }, annotations: { ...plan.annotations } },
      spec: {
        ...(selectorless ? {} : { selector: { app: name } }),
        ports: [{ name: portName, port, targetPort, protocol: "TCP" }],
      },
    },
  ];
}

function workloadOn(cluster: string, { protocol, service }: Probe, exporter: ServiceExporter, image: string) {
  const { name, from, targetPort } = service;
  if (!from.includes(cluster)) return [];
  const probe = protocol === "grpc" ? { grpc: { port: targetPort } } : { httpGet: { path: "/", port: targetPort } };
  const spec = onePod(name, exporter.membership.pods, {
    image,
    args: serverArguments(cluster, protocol),
    ports: [{ name: protocol, containerPort: targetPort }],
    readinessProbe: { ...probe, periodSeconds: 2 },
    resources: resourcesOf({ requests }),
  });
  const metadata = { name, namespace };
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false },
    { apiVersion: "apps/v1", kind: "Deployment", metadata, spec },
  ] as ProbeObject[];
}

/** One protocol a pod, as with the demo's services; answers by HTTP name the cluster (fortio, README, "server"). */
function serverArguments(cluster: string, protocol: Probe["protocol"]): string[] {
  const off = Object.keys(ports)
    .filter((each) => each !== protocol)
    .concat("tcp", "udp", "redirect")
    .flatMap((each) => [`-${each}-port`, "disabled"]);
  const echo = protocol === "http" ? ["-echo-server-default-params", `header=${clusterHeader}:${cluster}`] : [];
  return ["server", `-${protocol}-port`, `${ports[protocol]}`, ...off, ...echo];
}
