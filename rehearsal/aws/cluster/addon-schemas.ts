/**
 * What `configurationValues` of EKS's add-ons may hold: their schemas as describe-addon-configuration gives them, for the
 * versions of the rehearsal. Nothing is allowed that is not named, and variables are text. Sources: the outputs quoted in
 * amazon-vpc-cni-k8s#3059 and #2173 (vpc-cni; its variables from README), containers-roadmap#2420 (kube-proxy),
 * spack-infrastructure#1351 and terraform-aws-eks-blueprints-addons#157 (coredns). What Kubernetes itself checks later, e.g.
 * tolerations, is open.
 */
import { z } from "zod";
import type { AddonName } from "./addon-objects";

const open = z.looseObject({});
const list = z.array(z.unknown());
const quantities = z.record(z.string(), z.union([z.string(), z.number()]));
const resources = z.strictObject({ limits: quantities.optional(), requests: quantities.optional() }).partial();

const text = z.string();
const integer = z.string().regex(/^-?\d+$/, "does not match the integer pattern");
const boolean = z.string().regex(/^(true|false)$/, "does not match the boolean pattern");

/** Variables of one kind. */
function variables<T extends z.ZodType>(type: T, names: string): Record<string, z.ZodOptional<T>> {
  return Object.fromEntries(names.split(/\s+/).map((name) => [name, type.optional()]));
}

const cniVariables = z.strictObject({
  ...variables(
    text,
    `ADDITIONAL_ENI_TAGS AWS_EC2_ENDPOINT AWS_EXTERNAL_SERVICE_CIDRS AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS
     AWS_VPC_K8S_CNI_LOGLEVEL AWS_VPC_K8S_CNI_LOG_FILE AWS_VPC_K8S_CNI_RANDOMIZESNAT AWS_VPC_K8S_CNI_VETHPREFIX
     AWS_VPC_K8S_PLUGIN_LOG_FILE AWS_VPC_K8S_PLUGIN_LOG_LEVEL CLUSTER_ENDPOINT ENI_CONFIG_ANNOTATION_DEF
     ENI_CONFIG_LABEL_DEF INTROSPECTION_BIND_ADDRESS NETWORK_POLICY_ENFORCING_MODE POD_SECURITY_GROUP_ENFORCING_MODE`,
  ),
  ...variables(
    integer,
    "AWS_VPC_ENI_MTU IP_COOLDOWN_PERIOD MAX_ENI MINIMUM_IP_TARGET POD_MTU WARM_ENI_TARGET WARM_IP_TARGET WARM_PREFIX_TARGET",
  ),
  ...variables(
    boolean,
    `ANNOTATE_POD_IP AWS_MANAGE_ENIS_NON_SCHEDULABLE AWS_VPC_CNI_NODE_PORT_SUPPORT AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG
     AWS_VPC_K8S_CNI_EXTERNALSNAT DISABLE_INTROSPECTION DISABLE_LEAKED_ENI_CLEANUP DISABLE_METRICS
     DISABLE_NETWORK_RESOURCE_PROVISIONING DISABLE_POD_V6 ENABLE_BANDWIDTH_PLUGIN ENABLE_POD_ENI ENABLE_PREFIX_DELEGATION
     ENABLE_SUBNET_DISCOVERY ENABLE_V4_EGRESS ENABLE_V6_EGRESS`,
  ),
});

/** By the add-on's name. */
export const addonSchemas: Readonly<Record<AddonName, z.ZodType>> = {
  "vpc-cni": z
    .strictObject({
      affinity: open.nullable(),
      enableNetworkPolicy: boolean,
      enableWindowsIpam: boolean,
      enableWindowsPrefixDelegation: boolean,
      eniConfig: z.strictObject({
        create: z.boolean(),
        region: text,
        subnets: z.record(z.string(), z.strictObject({ id: text, securityGroups: z.array(text).optional() })),
      }),
      env: cniVariables,
      init: z
        .strictObject({
          env: z.strictObject({ DISABLE_TCP_EARLY_DEMUX: boolean, ENABLE_V6_EGRESS: boolean }).partial(),
          resources,
        })
        .partial(),
      livenessProbeTimeoutSeconds: z.int(),
      nodeAgent: open,
      originalMatchLabels: z.boolean(),
      podAnnotations: open,
      podLabels: open,
      readinessProbeTimeoutSeconds: z.int(),
      resources,
      tolerations: list,
    })
    .partial(),
  "kube-proxy": z
    .strictObject({
      ipvs: z.strictObject({ scheduler: text }).partial(),
      mode: z.enum(["iptables", "ipvs"]),
      podAnnotations: open,
      podLabels: open,
      resources,
    })
    .partial(),
  coredns: z
    .strictObject({
      affinity: open.nullable(),
      autoScaling: z.strictObject({ enabled: z.boolean(), maxReplicas: z.int(), minReplicas: z.int() }).partial(),
      computeType: text,
      corefile: text,
      nodeSelector: open,
      podAnnotations: open,
      podDisruptionBudget: z
        .strictObject({
          enabled: z.boolean(),
          maxUnavailable: z.union([z.int(), text]),
          minAvailable: z.union([z.int(), text]),
        })
        .partial(),
      podLabels: open,
      replicaCount: z.int(),
      resources,
      tolerations: list,
      topologySpreadConstraints: list,
    })
    .partial(),
  "eks-pod-identity-agent": z
    .strictObject({
      affinity: open,
      agent: open,
      nodeSelector: open,
      podAnnotations: open,
      podLabels: open,
      priorityClassName: text,
      resources,
      tolerations: list,
    })
    .partial(),
  // Its schema is the larger part of its chart's values (aws-ebs-csi-driver, charts/aws-ebs-csi-driver).
  "aws-ebs-csi-driver": z
    .strictObject({
      controller: open,
      defaultStorageClass: z.strictObject({ enabled: z.boolean() }).partial(),
      node: open,
      sidecars: open,
    })
    .partial(),
};

/** What is wrong with a configuration, in the words of EKS's validator; empty when nothing is. */
export function schemaMistakes(addon: AddonName, configuration: unknown): string[] {
  const { error } = addonSchemas[addon].safeParse(configuration);
  return (error?.issues ?? []).flatMap((issue) => inWords(issue, configuration));
}

function inWords(issue: z.core.$ZodIssue, configuration: unknown): string[] {
  const path = ["$", ...issue.path].join(".");
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map(
        (key) => `${path}.${key}: is not defined in the schema and the schema does not allow additional properties`,
      );
    case "invalid_type":
      return [`${path}: ${typeAt(configuration, issue.path)} found, ${issue.expected} expected`];
    case "invalid_value":
      return [`${path}: does not have a value in the enumeration [${issue.values.join(", ")}]`];
    default:
      return [`${path}: ${issue.message}`];
  }
}

function typeAt(configuration: unknown, path: readonly PropertyKey[]): string {
  const found = path.reduce<unknown>((at, step) => (at as Record<PropertyKey, unknown>)[step], configuration);
  return Array.isArray(found) ? "array" : found === null ? "null" : typeof found;
}
