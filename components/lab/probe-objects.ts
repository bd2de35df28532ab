/** The objects of stand-ins on a cluster: pods of fortio, Services, and what the backend adds to them. */
import { onePod, resourcesOf } from "../demo/pods";
import type { ExportedService, ServiceExporter, ServiceExportPlan } from "../plan/exports";
import type { Manifest, Metadata } from "../plan/objects";
import { standInPorts as ports } from "../plan/stand-in-ports";

/** Header in which a stand-in says on which cluster it is. */
export const clusterHeader = "Lab-Cluster";

/** Variable that says the same, for whoever looks at a page of theirs. */
const clusterVariable = "LAB_CLUSTER";

/** Name of the container in their pods. */
export const container = "server";

const requests = { cpu: 10, memory: 32 } as const;

/** What a stand-in speaks. */
export type ProbeProtocol = keyof typeof ports;

const readiness = {
  http: { httpGet: { path: "/", port: ports.http } },
  grpc: { grpc: { port: ports.grpc } },
  tcp: { tcpSocket: { port: ports.tcp } },
} as const;

/** A Service that crosses clusters, what is spoken, and how the backend exports it. */
export interface Probe {
  /** What is spoken. */
  readonly protocol: ProbeProtocol;
  /** What is to be exported. */
  readonly service: ExportedService;
  /** The backend's answer. */
  readonly plan: ServiceExportPlan;
}

/** A Kubernetes object as data; some kinds have more than a `spec`, and a Namespace is in none. */
export interface ProbeObject extends Omit<Manifest, "metadata" | "spec"> {
  /** What it is called, and what it bears. */
  readonly metadata: Omit<Manifest["metadata"], "namespace"> & { readonly namespace?: string };
  /** The rest, by its kind. */
  readonly [field: string]: unknown;
}

/** What they are made from. */
interface Making {
  /** Of the clusters. */
  readonly names: readonly string[];
  readonly namespace: string;
  /** What is exported. */
  readonly probes: readonly Probe[];
  readonly exporter: ServiceExporter;
  readonly image: string;
  /** Of the pod that calls, which is on every cluster. */
  readonly callerName: string;
}

/** What is put onto a cluster, in the order in which it is made. */
export function probeObjects(cluster: string, making: Making): ProbeObject[] {
  const { names, namespace, probes, exporter, image, callerName } = making;
  // When the instances of a global Service go, those who call it from their own pods go with them.
  const others = probes.flatMap(({ service: { name, from, global } }) =>
    global ? [] : [{ account: name, clusters: from }],
  );
  const protection = exporter.protect(
    probes.flatMap(({ protocol, service }) =>
      service.from.map((on) => ({
        name: service.name,
        namespace,
        cluster: on,
        port: service.targetPort,
        protocol,
        callers: [{ account: callerName, clusters: names }, ...(service.global ? others : [])],
        people: false,
      })),
    ),
  );
  const exported = probes.flatMap(({ plan }) => plan.objects);
  const backend = [...exported, ...protection.objects].filter((each) => each.cluster === cluster);
  const isThere = probes.some(({ service }) => service.name === callerName);
  const caller = isThere ? [] : workload({ name: callerName, namespace, protocol: "http" }, cluster, exporter, image);
  return [
    // Where the lab's settings say what is exported, the program makes its namespaces.
    ...(exporter.settledExports ? [] : [namespaceOf(namespace, exporter, protection.namespace)]),
    ...caller,
    ...probes.flatMap((probe) => [...serviceOn(cluster, probe), ...workloadOn(cluster, probe, exporter, image)]),
    ...backend.map(({ manifest }) => ({ ...manifest })),
  ];
}

function namespaceOf(
  namespace: string,
  { membership, podSecurity }: ServiceExporter,
  protection: Metadata,
): ProbeObject {
  const labels = {
    ...membership.namespace.labels,
    ...protection.labels,
    "pod-security.kubernetes.io/enforce": podSecurity,
  };
  const annotations = { ...membership.namespace.annotations, ...protection.annotations };
  return { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels, annotations } };
}

function serviceOn(cluster: string, { service, plan }: Probe): ProbeObject[] {
  const { name, namespace, port, targetPort, portName, from } = service;
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
  const { name, namespace, from } = service;
  return from.includes(cluster) ? workload({ name, namespace, protocol }, cluster, exporter, image) : [];
}

function workload(
  {
    name,
    namespace,
    protocol,
  }: { readonly name: string; readonly namespace: string; readonly protocol: ProbeProtocol },
  cluster: string,
  { membership }: ServiceExporter,
  image: string,
): ProbeObject[] {
  const spec = onePod(name, membership.pods, {
    image,
    args: serverArguments(cluster, protocol),
    env: [{ name: clusterVariable, value: cluster }],
    ports: [{ name: protocol, containerPort: ports[protocol] }],
    readinessProbe: { ...readiness[protocol], periodSeconds: 2 },
    resources: resourcesOf({ requests }),
  });
  const metadata = { name, namespace };
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false },
    { apiVersion: "apps/v1", kind: "Deployment", metadata, spec },
  ] as ProbeObject[];
}

/** One protocol a pod, as with the demo's services; answers by HTTP name the cluster (fortio, README, "server"). */
function serverArguments(cluster: string, protocol: ProbeProtocol): string[] {
  const off = Object.keys(ports)
    .filter((each) => each !== protocol)
    .concat("udp", "redirect")
    .flatMap((each) => [`-${each}-port`, "disabled"]);
  const echo = protocol === "http" ? ["-echo-server-default-params", `header=${clusterHeader}:${cluster}`] : [];
  return ["server", `-${protocol}-port`, `${ports[protocol]}`, ...off, ...echo];
}
