/** The launch template that the component makes for options which a managed node group itself does not have. */
import { LaunchTemplate } from "@pulumi/aws/ec2";
import { getParameterOutput } from "@pulumi/aws/ssm/getParameter";
import * as pulumi from "@pulumi/pulumi";
import { Scalar, stringify } from "yaml";
import type { CoreData } from "./cluster";

const userDataArguments = ["kubeletExtraArgs", "nodeadmExtraOptions", "userData", "amiId"] as const;

/** Arguments of a node group that need a launch template. */
export const templateArguments: readonly string[] = [...userDataArguments, "enableIMDSv2"];

/** Whether an option is given that a managed node group itself does not have. */
export function needsLaunchTemplate(args: pulumi.Inputs): boolean {
  return templateArguments.some((argument) => args[argument] !== undefined);
}

/** Whether the node group brings its own user data, and with it its own image. */
export function needsUserData(args: pulumi.Inputs): boolean {
  return userDataArguments.some((argument) => args[argument] !== undefined);
}

/** The template, named after the node group. */
export function customLaunchTemplate(
  name: string,
  args: pulumi.Inputs,
  core: pulumi.Output<pulumi.Unwrap<CoreData>>,
  parent: pulumi.Resource,
): LaunchTemplate {
  const own = needsUserData(args);
  const amiType = pulumi.output(args.amiType).apply(amazonLinux2023);
  return new LaunchTemplate(
    `${name}-launchTemplate`,
    {
      blockDeviceMappings: args.diskSize
        ? [{ deviceName: amiType.apply(() => "/dev/xvda"), ebs: { volumeSize: args.diskSize } }]
        : undefined,
      userData: own ? userData(args, core) : undefined,
      metadataOptions:
        args.enableIMDSv2 === undefined
          ? undefined
          : {
              httpTokens: args.enableIMDSv2 ? "required" : "optional",
              httpPutResponseHopLimit: 2,
              httpEndpoint: "enabled",
            },
      // With user data but no image AWS would merge its own user data into it, and nodes would not join.
      imageId: own ? (args.amiId ?? recommendedImage(args, amiType, parent)) : undefined,
    },
    { parent },
  );
}

type AmiType = "AL2023_x86_64_STANDARD" | "AL2023_ARM_64_STANDARD" | "AL2023_x86_64_NVIDIA";

const imageFolders: Record<AmiType, string> = {
  AL2023_x86_64_STANDARD: "x86_64/standard",
  AL2023_ARM_64_STANDARD: "arm64/standard",
  AL2023_x86_64_NVIDIA: "x86_64/nvidia",
};

function amazonLinux2023(amiType: string | undefined): AmiType | undefined {
  if (amiType === undefined || amiType in imageFolders) return amiType as AmiType | undefined;
  throw new Error(`the rehearsal makes launch templates for ${Object.keys(imageFolders).join(", ")}, not ${amiType}`);
}

/** EKS user guide, retrieve-ami-id. */
function recommendedImage(
  args: pulumi.Inputs,
  amiType: pulumi.Output<AmiType | undefined>,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const name = pulumi
    .all([amiType, args.version, args.instanceTypes, args.gpu])
    .apply(([given, version, instanceTypes, gpu]) => {
      const image = given ?? imageFor(instanceTypes ?? [], gpu ?? false);
      return `/aws/service/eks/optimized-ami/${version}/amazon-linux-2023/${imageFolders[image]}/recommended/image_id`;
    });
  return getParameterOutput({ name }, { parent }).value;
}

function imageFor(instanceTypes: string[], gpu: boolean): AmiType {
  // A g after the generation is Graviton (EC2 user guide, instance-types).
  const arm = new Set(instanceTypes.map((type) => /^[a-z]+\d+g/.test(type)));
  if (arm.size > 1) throw new Error(`instance types of two architectures have no common image: ${instanceTypes}`);
  if (!arm.has(true)) return gpu ? "AL2023_x86_64_NVIDIA" : "AL2023_x86_64_STANDARD";
  if (gpu) throw new Error("there is no AL2023 image for GPUs on Graviton");
  return "AL2023_ARM_64_STANDARD";
}

/** Base64 of the caller's user data or of nodeadm's configuration of the node, with what the caller adds to it. */
function userData(args: pulumi.Inputs, core: pulumi.Output<pulumi.Unwrap<CoreData>>): pulumi.Output<string> {
  const { cluster } = core;
  return pulumi
    .all({
      given: args.userData,
      name: args.clusterName ?? cluster.name,
      apiServerEndpoint: cluster.endpoint,
      certificateAuthority: cluster.certificateAuthority.data,
      network: cluster.kubernetesNetworkConfig,
      labels: args.labels,
      taints: args.taints,
      extra: args.nodeadmExtraOptions,
    })
    .apply(({ given, name, apiServerEndpoint, certificateAuthority, network, labels, taints, extra }) => {
      const cidr = network.ipFamily === "ipv6" ? network.serviceIpv6Cidr : network.serviceIpv4Cidr;
      const flags = kubeletFlags(args.kubeletExtraArgs, labels, taints);
      const parts: Part[] = [
        nodeConfig({ cluster: { name, apiServerEndpoint, certificateAuthority, cidr } }),
        ...(flags.length > 0 ? [nodeConfig({ kubelet: { flags: flags.map(quoted) } })] : []),
        ...(extra ?? []),
      ];
      return Buffer.from(given ?? mime(parts)).toString("base64");
    });
}

interface Part {
  readonly contentType: string;
  readonly content: string;
}

/** https://awslabs.github.io/amazon-eks-ami/nodeadm: nodeadm merges the NodeConfigs that it finds. */
function nodeConfig(spec: object): Part {
  const document = { apiVersion: "node.eks.aws/v1alpha1", kind: "NodeConfig", spec };
  return { contentType: "application/node.eks.aws", content: `---\n${stringify(document, { lineWidth: 0 })}` };
}

/** Quoted as the component's YAML library quotes what begins with a dash, so that the user data is the same. */
function quoted(text: string): Scalar {
  const scalar = new Scalar(text);
  scalar.type = Scalar.QUOTE_SINGLE;
  return scalar;
}

function mime(parts: readonly Part[]): string {
  const sections = parts.map(({ contentType, content }) => `--BOUNDARY\nContent-Type: ${contentType}\n\n${content}\n`);
  return `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="BOUNDARY"\n\n${sections.join("")}--BOUNDARY--\n`;
}

const taintEffects: Record<string, string> = {
  NO_SCHEDULE: "NoSchedule",
  NO_EXECUTE: "NoExecute",
  PREFER_NO_SCHEDULE: "PreferNoSchedule",
};

function kubeletFlags(
  extra: string | undefined,
  labels: Record<string, string> | undefined,
  taints: { key: string; value?: string; effect: string }[] | undefined,
): string[] {
  const labelList = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  const taintList = (taints ?? []).map(
    ({ key, value, effect }) => `${key}${value ? `=${value}` : ""}:${taintEffects[effect] ?? effect}`,
  );
  return [
    ...(extra ? extra.split(" ") : []),
    ...(labelList.length > 0 ? [`--node-labels=${labelList.join(",")}`] : []),
    ...(taintList.length > 0 ? [`--register-with-taints=${taintList.join(",")}`] : []),
  ];
}
