import { type AddonName, addonNames } from "../cluster/addon-objects";
import { invalidParameter } from "./errors";

/** Kubernetes versions that EKS offers, oldest first (EKS user guide, kubernetes-versions, November 2026; 1.33 extended). */
export const kubernetesVersions = ["1.33", "1.34", "1.35", "1.36"] as const;
/** One of them. */
export type KubernetesVersion = (typeof kubernetesVersions)[number];

/** What EKS takes when no version is asked for. */
export const defaultKubernetesVersion: KubernetesVersion = "1.35";

/** The newest build that EKS has of an add-on, and the one it takes by itself. */
interface AddonVersions {
  readonly mostRecent: string;
  readonly default: string;
}

/**
 * Made up after the pattern of AWS's: which builds there are changes weekly, and nothing but their order and that they
 * fit the Kubernetes version matters here. kube-proxy and coredns follow Kubernetes' versions, the others do not.
 */
const everywhere: Readonly<Record<Exclude<AddonName, "kube-proxy" | "coredns">, AddonVersions>> = {
  "vpc-cni": { mostRecent: "v1.21.1-eksbuild.3", default: "v1.21.1-eksbuild.1" },
  "eks-pod-identity-agent": { mostRecent: "v1.3.10-eksbuild.2", default: "v1.3.10-eksbuild.1" },
  "aws-ebs-csi-driver": { mostRecent: "v1.56.0-eksbuild.2", default: "v1.56.0-eksbuild.1" },
};

const coredns: Readonly<Record<KubernetesVersion, string>> = {
  "1.33": "v1.12.4",
  "1.34": "v1.12.4",
  "1.35": "v1.13.2",
  "1.36": "v1.14.0",
};

/** Patch of each Kubernetes version that its kube-proxy and its nodes have. */
const patches: Readonly<Record<KubernetesVersion, string>> = { "1.33": "7", "1.34": "3", "1.35": "2", "1.36": "1" };

/** @throws AwsError InvalidParameterException when EKS does not have the version */
export function requireVersion(version: string): KubernetesVersion {
  const known = kubernetesVersions.find((each) => each === version);
  if (known) return known;
  throw invalidParameter(
    `unsupported Kubernetes version ${version}; EKS has ${kubernetesVersions.join(", ")}`,
    "eks-version",
  );
}

/** @throws AwsError InvalidParameterException when EKS does not have the add-on */
export function requireAddon(name: string): AddonName {
  const known = addonNames.find((each) => each === name);
  if (known) return known;
  throw invalidParameter(
    `Addon ${name} specified is not supported; the rehearsal has ${addonNames.join(", ")}`,
    "eks-addon-known",
  );
}

/** Versions of an add-on for a Kubernetes version. */
export function addonVersions(addon: AddonName, kubernetes: KubernetesVersion): AddonVersions {
  switch (addon) {
    case "kube-proxy":
      return builds(`v${kubernetes}.${patches[kubernetes]}`);
    case "coredns":
      return builds(coredns[kubernetes]);
    default:
      return everywhere[addon];
  }
}

/** @throws AwsError InvalidParameterException when the add-on has no such version for the Kubernetes version */
export function requireAddonVersion(addon: AddonName, version: string, kubernetes: KubernetesVersion): void {
  const known = addonVersions(addon, kubernetes);
  if (version === known.default || version === known.mostRecent) return;
  throw invalidParameter(
    `Addon version specified is not supported: ${addon} ${version} on Kubernetes ${kubernetes}; the rehearsal has ` +
      `${known.default} and ${known.mostRecent}`,
    "eks-addon-known",
  );
}

/** What the kubelet of a node of this version says. */
export function kubeletVersion(version: KubernetesVersion): string {
  return `v${version}.${patches[version]}-eks`;
}

/** Release of the image that nodes of a new group get, e.g. `1.35.2-20261101`. */
export function releaseVersion(version: KubernetesVersion): string {
  return `${version}.${patches[version]}-20261101`;
}

/** How many minor versions `to` is ahead of `from`. */
export function minorsAhead(from: KubernetesVersion, to: KubernetesVersion): number {
  return kubernetesVersions.indexOf(to) - kubernetesVersions.indexOf(from);
}

function builds(version: string): AddonVersions {
  return { mostRecent: `${version}-eksbuild.2`, default: `${version}-eksbuild.1` };
}
