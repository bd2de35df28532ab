import type { BackendProfile } from "../../plan/backend-profile";
import type { Balancer } from "../../plan/balancer";
import type { CallEncryption } from "../../plan/encryption";
import type { Flow } from "../../plan/flows";
import { vpcNetworking } from "../../plan/networking";
import { loadBalancerCharts } from "./charts";
import { loadbalancerCommands } from "./commands";
import {
  type BalancedService,
  exportedBy,
  exportLabels,
  type LoadBalancerConfig,
  labName,
  loadBalancerExporter,
  nodePortOf,
} from "./exports";
import { controllerRelease, entryName, entryNamespace, httpsPort } from "./names";
import { exportRefusals } from "./refusals";
import { type LoadBalancerSettings, loadBalancerSettings } from "./settings";
import { controllerRequests } from "./values";

/** Where Traefik's `websecure` entry point listens (chart traefik, values.yaml). */
const controllerPort = 8443;

/** Whether peers come to `cluster` for anything by HTTPS. */
function hasEntry(cluster: string, config: LoadBalancerConfig): boolean {
  return exportedBy(cluster, config).some(({ way }) => way === "https");
}

/** Plain load balancers: what one does without any mesh, as the baseline for the others. */
export const loadBalancerProfile: BackendProfile<LoadBalancerSettings> = {
  title: "Plain load balancers",
  joins: "no mesh: a load balancer for each exported Service, as the baseline",
  settings: loadBalancerSettings,
  existing: { namespaces: [entryNamespace], definitions: [] },
  // Services and Ingresses are stable APIs; Traefik's chart takes every Kubernetes from 1.25.
  kubernetesVersions: ["1.33", "1.34", "1.35", "1.36"],
  networking: () => ({ ...vpcNetworking, networkPolicies: true }),
  charts: loadBalancerCharts,
  encryption: encryptionOf,
  demands: () => ({ same: ["names of namespaces"], own: [] }),
  commands: loadbalancerCommands,
  byHand: {
    steps: [],
    eachService: [
      { what: "make a Service of type LoadBalancer", times: 1 },
      { what: "make an ExternalName Service where it is called", times: 1 },
    ],
    source: "docs/backends/loadbalancer.md",
  },
  refuses: exportRefusals,
  pods: (cluster, config) =>
    hasEntry(cluster, config) ? [{ name: "traefik", count: 1, requests: controllerRequests }] : [],
  balancers: (cluster, config): readonly Balancer[] => [
    ...exportedBy(cluster, config)
      .filter(({ way }) => way === "tcp")
      .map((service) => balancerOf(service, cluster)),
    ...(hasEntry(cluster, config) ? [entry()] : []),
  ],
  flows: (from, to, config): readonly Flow[] => {
    const flow = (balancer: string, port: number, why: string): Flow => ({
      from: { kind: "nodes", cluster: from },
      to: { kind: "balancer", cluster: to, balancer },
      traffic: { protocol: "tcp", port },
      why,
    });
    return [
      ...exportedBy(to, config)
        .filter(({ way }) => way === "tcp")
        .map(({ name, port }) => flow(labName(name, to), port, `the shared Service ${name}`)),
      ...(hasEntry(to, config) ? [flow(entryName, httpsPort, "Services shared by HTTPS")] : []),
    ];
  },
  exporter: loadBalancerExporter,
};

function encryptionOf(config: LoadBalancerConfig): CallEncryption {
  const identity = "none: whoever has an address of the peer's network may call";
  const secure = config.clusters.some(({ name }) => hasEntry(name, config));
  return secure
    ? {
        method: "TLS, by HTTPS only",
        ends: "client to the owner's ingress controller, which shows a certificate under the lab's root",
        identity,
        inClear: "Services shared by TCP",
      }
    : { method: undefined, ends: undefined, identity, inClear: "all calls" };
}

/** A load balancer straight to the Service's pods. In the owner its Service has the name that peers use. */
function balancerOf(service: BalancedService, owner: string): Balancer {
  const { name, namespace, port, targetPort = port } = service;
  return {
    name: labName(name, owner),
    namespace,
    why: `peers reach ${name} here`,
    labels: exportLabels(owner, service),
    selector: { app: name },
    ports: [{ name: "tcp", port, targetPort, nodePort: nodePortOf(service) }],
  };
}

function entry(): Balancer {
  return {
    name: entryName,
    namespace: entryNamespace,
    why: "peers reach Services by HTTPS here",
    labels: {},
    selector: {
      "app.kubernetes.io/name": "traefik",
      "app.kubernetes.io/instance": `${controllerRelease}-${entryNamespace}`,
    },
    ports: [{ name: "https", port: httpsPort, targetPort: controllerPort, nodePort: 31443 }],
  };
}
