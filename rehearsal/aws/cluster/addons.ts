import { addressAt } from "../account/cidr";
import { field, fieldManager, type Kube, type KubeObject } from "./kube";

/** Add-ons whose objects the ground knows. */
export type AddonName = keyof typeof addons;

/** What decides an add-on's objects. */
export interface AddonContext {
  /** E.g. `v1.21.1-eksbuild.1`. */
  readonly version: string;
  /** What `configurationValues` says, parsed. */
  readonly configuration: AddonConfiguration;
  readonly serviceCidr: string;
  readonly region: string;
}

export interface AddonConfiguration {
  readonly env?: Readonly<Record<string, string>>;
  readonly replicaCount?: number;
  readonly [setting: string]: unknown;
}

interface AddonKind {
  /** Top-level settings of the add-on's configuration schema, as far as the ground knows it. */
  readonly settings: readonly string[];
  objects(context: AddonContext): KubeObject[];
  /** The workload on which the add-on's health depends. */
  readonly workload: { readonly kind: "DaemonSet" | "Deployment"; readonly name: string };
}

const namespace = "kube-system";
const pods = ["resources", "tolerations", "affinity", "nodeSelector", "podAnnotations", "podLabels"];

/**
 * The workloads that each add-on brings, with the names and labels others look for. Nothing runs in them, so they come
 * without the permissions that real ones have.
 */
const addons = {
  "vpc-cni": {
    settings: [
      ...pods,
      "env",
      "init",
      "enableNetworkPolicy",
      "nodeAgent",
      "eniConfig",
      "livenessProbe",
      "extraVolumes",
    ],
    workload: { kind: "DaemonSet", name: "aws-node" },
    objects: (context) => [
      account("aws-node"),
      daemonSet("aws-node", image(context, "amazon-k8s-cni"), context.configuration.env ?? {}),
    ],
  },
  "kube-proxy": {
    settings: [...pods, "mode", "ipvs"],
    workload: { kind: "DaemonSet", name: "kube-proxy" },
    objects: (context) => [account("kube-proxy"), daemonSet("kube-proxy", image(context, "eks/kube-proxy"))],
  },
  coredns: {
    settings: [
      ...pods,
      ...["replicaCount", "corefile", "computeType", "podDisruptionBudget", "topologySpreadConstraints", "autoScaling"],
    ],
    workload: { kind: "Deployment", name: "coredns" },
    objects: (context) => [
      account("coredns"),
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "coredns", namespace, labels: dnsLabels },
        data: { Corefile: context.configuration.corefile ?? corefile },
      },
      deployment("coredns", image(context, "eks/coredns"), context.configuration.replicaCount ?? 2, dnsLabels),
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "kube-dns", namespace, labels: dnsLabels },
        spec: {
          // EKS gives DNS the tenth address of the range (EKS user guide, kubernetesNetworkConfig).
          clusterIP: addressAt(context.serviceCidr, 10),
          selector: dnsLabels,
          ports: [
            { name: "dns", port: 53, protocol: "UDP", targetPort: 53 },
            { name: "dns-tcp", port: 53, protocol: "TCP", targetPort: 53 },
            { name: "metrics", port: 9153, protocol: "TCP", targetPort: 9153 },
          ],
        },
      },
      {
        apiVersion: "policy/v1",
        kind: "PodDisruptionBudget",
        metadata: { name: "coredns", namespace, labels: dnsLabels },
        spec: { maxUnavailable: 1, selector: { matchLabels: dnsLabels } },
      },
    ],
  },
  "eks-pod-identity-agent": {
    settings: [...pods, "agent", "priorityClassName"],
    workload: { kind: "DaemonSet", name: "eks-pod-identity-agent" },
    objects: (context) => [
      account("eks-pod-identity-agent"),
      daemonSet("eks-pod-identity-agent", image(context, "eks/eks-pod-identity-agent")),
    ],
  },
  "aws-ebs-csi-driver": {
    settings: [...pods, "controller", "node", "defaultStorageClass", "sidecars"],
    workload: { kind: "Deployment", name: "ebs-csi-controller" },
    objects: (context) => [
      account("ebs-csi-controller-sa"),
      {
        apiVersion: "storage.k8s.io/v1",
        kind: "CSIDriver",
        metadata: { name: "ebs.csi.aws.com" },
        spec: { attachRequired: true, podInfoOnMount: false },
      },
      daemonSet("ebs-csi-node", image(context, "eks/aws-ebs-csi-driver")),
      deployment("ebs-csi-controller", image(context, "eks/aws-ebs-csi-driver"), 2, { app: "ebs-csi-controller" }),
    ],
  },
} as const satisfies Record<string, AddonKind>;

const kinds: Readonly<Record<AddonName, AddonKind>> = addons;
export const addonNames = Object.keys(addons) as AddonName[];

const dnsLabels = { "k8s-app": "kube-dns", "eks.amazonaws.com/component": "coredns" };
const corefile = `.:53 {
    errors
    health
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
      pods insecure
      fallthrough in-addr.arpa ip6.arpa
    }
    prometheus :9153
    forward . /etc/resolv.conf
    cache 30
    loop
    reload
    loadbalance
}
`;

/**
 * The configuration as AWS's schema takes it, parsed.
 *
 * @returns what is wrong with it in `mistakes`, empty when nothing is
 */
export function parseConfiguration(
  addon: AddonName,
  text: string | undefined,
): { readonly configuration: AddonConfiguration; readonly mistakes: readonly string[] } {
  if (!text) return { configuration: {}, mistakes: [] };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { configuration: {}, mistakes: ["$: is not JSON"] };
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    return { configuration: {}, mistakes: ["$: object expected"] };
  }
  const configuration = parsed as AddonConfiguration;
  const mistakes = Object.keys(configuration)
    .filter((setting) => !kinds[addon].settings.includes(setting))
    .map((setting) => `$.${setting}: is not defined in the schema and the schema does not allow additional properties`);
  for (const [name, value] of Object.entries(configuration.env ?? {})) {
    if (typeof value !== "string") mistakes.push(`$.env.${name}: ${typeof value} found, string expected`);
  }
  return { configuration, mistakes };
}

/** Why aws-node would not start with this environment (VPC CNI, README and cmd/aws-vpc-cni/main.go); empty when it would. */
export function refusedByCni({ env = {} }: AddonConfiguration): string[] {
  return ["AWS_VPC_ENI_MTU", "POD_MTU"].flatMap((name) => {
    const value = env[name];
    if (value === undefined || (/^\d+$/.test(value) && Number(value) >= 576 && Number(value) <= 9001)) return [];
    return [`aws-node does not start: ${name} is "${value}" and must be from 576 to 9001`];
  });
}

/** Makes or updates the add-on's objects. */
export async function installAddon(kube: Kube, addon: AddonName, context: AddonContext): Promise<void> {
  for (const object of kinds[addon].objects(context)) await kube.apply(object, { fieldManager, force: true });
}

export async function removeAddon(kube: Kube, addon: AddonName, context: AddonContext): Promise<void> {
  for (const { apiVersion, kind, metadata } of kinds[addon].objects(context)) {
    const { name, namespace: within } = metadata;
    await kube.delete({ apiVersion, kind, name, ...(within ? { namespace: within } : {}) });
  }
}

/** What the add-on's workload lacks, as EKS reports it; undefined when it has all of its replicas. */
export async function addonIssue(kube: Kube, addon: AddonName): Promise<string | undefined> {
  const { kind, name } = kinds[addon].workload;
  const found = await kube.get({ apiVersion: "apps/v1", kind, name, namespace });
  if (!found) return `The ${kind} ${name} is not there`;
  const { generation = 0 } = found.metadata;
  const status = field<Record<string, number>>(found, "status");
  const seen = (status.observedGeneration ?? 0) >= generation;
  const wanted =
    kind === "DaemonSet" ? status.desiredNumberScheduled : field<{ replicas: number }>(found, "spec").replicas;
  const there = kind === "DaemonSet" ? status.numberReady : status.availableReplicas;
  if (seen && (there ?? 0) >= (wanted ?? 0)) return undefined;
  return "The add-on is unhealthy because it doesn't have the desired number of replicas.";
}

/** AWS's own registry for add-ons (EKS user guide, add-ons-images). Simulated pods pull nothing. */
function image({ region, version }: AddonContext, repository: string): string {
  return `602401143452.dkr.ecr.${region}.amazonaws.com/${repository}:${version}`;
}

function account(name: string): KubeObject {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } };
}

function daemonSet(name: string, containerImage: string, env: Readonly<Record<string, string>> = {}): KubeObject {
  const labels = { "k8s-app": name };
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name, namespace, labels },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          hostNetwork: true,
          priorityClassName: "system-node-critical",
          tolerations: [{ operator: "Exists" }],
          containers: [
            {
              name,
              image: containerImage,
              env: Object.entries(env).map(([variable, value]) => ({ name: variable, value })),
            },
          ],
        },
      },
    },
  };
}

function deployment(
  name: string,
  containerImage: string,
  replicas: number,
  labels: Readonly<Record<string, string>>,
): KubeObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          priorityClassName: "system-cluster-critical",
          tolerations: [{ key: "CriticalAddonsOnly", operator: "Exists" }],
          containers: [{ name, image: containerImage }],
        },
      },
    },
  };
}
