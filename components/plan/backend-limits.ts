/** What a backend cannot do of what a configuration asks for. */
import type { ConfigMistake } from "../base/config-mistakes";
import type { ClusterConfig } from "../config/cluster";
import type { BackendProfile, PartialBackendConfig } from "./backend-profile";

/** What the backend itself refuses, and what follows from its description. */
export function backendChecks<Settings>(
  profile: BackendProfile<Settings>,
  config: PartialBackendConfig<Settings>,
): ConfigMistake[] {
  return [
    ...unsupportedVersion(profile, config),
    ...missingPodCidrs(profile, config),
    ...(profile.refuses?.(config) ?? []),
  ];
}

function unsupportedVersion<Settings>(
  { title, kubernetesVersions }: BackendProfile<Settings>,
  { kubernetesVersion }: PartialBackendConfig<Settings>,
): ConfigMistake[] {
  if (!kubernetesVersion || kubernetesVersions.includes(kubernetesVersion)) return [];
  return [
    {
      key: "kubernetesVersion",
      given: kubernetesVersion,
      problem: `${title} does not support it`,
      fix: `Allowed with this backend: ${kubernetesVersions.join(", ")}.`,
    },
  ];
}

function missingPodCidrs<Settings>(
  profile: BackendProfile<Settings>,
  config: PartialBackendConfig<Settings>,
): ConfigMistake[] {
  if (profile.networking(config).podAddresses !== "overlay") return [];
  return (config.clusters ?? []).flatMap((cluster, index) => podCidrMissing(cluster, index, profile.title));
}

function podCidrMissing(cluster: ClusterConfig, index: number, title: string): ConfigMistake[] {
  if (cluster.podCidr) return [];
  return [
    {
      key: `clusters[${index}].podCidr`,
      problem: `is missing: with ${title} pods have addresses of an overlay`,
      fix: "Give every cluster a network of its own for its pods, e.g. 10.101.0.0/16.",
    },
  ];
}
