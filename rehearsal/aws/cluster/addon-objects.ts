/** The objects that add-ons bring into a cluster. */
import { addressAt } from "../account/cidr";
import type { KubeObject, KubeRef } from "./kube";

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

/** What `configurationValues` may say, as far as the ground looks. */
export interface AddonConfiguration {
  readonly env?: Readonly<Record<string, string>>;
  readonly replicaCount?: number;
  readonly [setting: string]: unknown;
}

/** What the ground knows of an add-on. */
export interface AddonKind {
  objects(context: AddonContext): KubeObject[];
  /** The workload on which the add-on's health depends. */
  readonly workload: KubeRef;
}

const namespace = "kube-system";

/**
 * The workloads that each add-on brings, with the names and labels others look for. CoreDNS is whole, since it runs where
 * nodes are real. In the others nothing runs, so they come without the permissions that real ones have.
 */
const addons = {
  "vpc-cni": {
    workload: workload("DaemonSet", "aws-node"),
    objects: (context) => [
      account("aws-node"),
      // With the agent of network policies, 25m each (amazon-vpc-cni-k8s, charts/aws-vpc-cni).
      daemonSet("aws-node", image(context, "amazon-k8s-cni"), { cpu: "50m" }, context.configuration.env ?? {}),
    ],
  },
  "kube-proxy": {
    workload: workload("DaemonSet", "kube-proxy"),
    objects: (context) => [
      account("kube-proxy"),
      daemonSet("kube-proxy", image(context, "eks/kube-proxy"), { cpu: "100m" }),
    ],
  },
  coredns: {
    workload: workload("Deployment", "coredns"),
    objects: (context) => [
      account("coredns"),
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "coredns", namespace, labels: dnsLabels },
        data: { Corefile: context.configuration.corefile ?? corefile },
      },
      ...dnsRole,
      deployment(
        "coredns",
        image(context, "eks/coredns"),
        context.configuration.replicaCount ?? 2,
        dnsLabels,
        { cpu: "100m", memory: "70Mi" },
        dnsServer,
      ),
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
    workload: workload("DaemonSet", "eks-pod-identity-agent"),
    objects: (context) => [
      account("eks-pod-identity-agent"),
      daemonSet("eks-pod-identity-agent", image(context, "eks/eks-pod-identity-agent")),
    ],
  },
  "aws-ebs-csi-driver": {
    workload: workload("Deployment", "ebs-csi-controller"),
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

/** By the add-on's name. */
export const addonKinds: Readonly<Record<AddonName, AddonKind>> = addons;

/** All of them. */
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

/** What the kubernetes plugin reads (CoreDNS, plugin/kubernetes). */
const dnsRole: readonly KubeObject[] = [
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "system:coredns" },
    rules: [
      { apiGroups: [""], resources: ["endpoints", "services", "pods", "namespaces"], verbs: ["list", "watch"] },
      { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
    ],
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "system:coredns" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:coredns" },
    subjects: [{ kind: "ServiceAccount", name: "coredns", namespace }],
  },
];

/** How the server runs in its pod. With `Default` it asks the node's resolver for what is not the cluster's. */
const dnsServer: Serving = {
  pod: {
    serviceAccountName: "coredns",
    dnsPolicy: "Default",
    volumes: [{ name: "config-volume", configMap: { name: "coredns" } }],
  },
  container: {
    args: ["-conf", "/etc/coredns/Corefile"],
    volumeMounts: [{ name: "config-volume", mountPath: "/etc/coredns", readOnly: true }],
    livenessProbe: { httpGet: { path: "/health", port: 8080 }, initialDelaySeconds: 60, failureThreshold: 5 },
    readinessProbe: { httpGet: { path: "/ready", port: 8181 }, periodSeconds: 2 },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { add: ["NET_BIND_SERVICE"], drop: ["ALL"] },
      readOnlyRootFilesystem: true,
    },
  },
};

/** AWS's own registry for add-ons (EKS user guide, add-ons-images). Simulated pods pull nothing. */
function image({ region, version }: AddonContext, repository: string): string {
  return `602401143452.dkr.ecr.${region}.amazonaws.com/${repository}:${version}`;
}

function workload(kind: "DaemonSet" | "Deployment", name: string): KubeRef {
  return { apiVersion: "apps/v1", kind, name, namespace };
}

function account(name: string): KubeObject {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } };
}

/** Parts of a pod in which something runs. */
interface Serving {
  readonly pod: object;
  readonly container: object;
}

/** What a container requests. */
type Requests = Readonly<Record<string, string>>;

function daemonSet(
  name: string,
  containerImage: string,
  requests: Requests = {},
  env: Readonly<Record<string, string>> = {},
): KubeObject {
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
              resources: { requests },
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
  requests: Requests = {},
  { pod, container }: Serving = { pod: {}, container: {} },
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
          ...pod,
          priorityClassName: "system-cluster-critical",
          tolerations: [{ key: "CriticalAddonsOnly", operator: "Exists" }],
          containers: [{ name, image: containerImage, resources: { requests }, ...container }],
        },
      },
    },
  };
}
