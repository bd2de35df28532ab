/**
 * Kubernetes versions that EKS offers and when their standard support ends; after that the control plane costs six times
 * as much (extended support). Source: endoflife.date and the EKS user guide's kubernetes-versions page; the date of 1.36
 * follows EKS's rule of 14 months and is not announced.
 */
const kubernetesVersions = {
  "1.33": { standardSupportEnds: "2026-07-29" },
  "1.34": { standardSupportEnds: "2026-12-02" },
  "1.35": { standardSupportEnds: "2027-03-27" },
  "1.36": { standardSupportEnds: "2027-08-01" },
} as const;

/** A version that a lab can have, e.g. `1.35`: text, since YAML takes 1.30 for the number 1.3. */
export type KubernetesVersion = keyof typeof kubernetesVersions;

/** All of them, oldest first. */
export const kubernetesVersionNames = Object.keys(kubernetesVersions) as KubernetesVersion[];

/** Whether `version` is past its standard support on `day` (ISO date). */
export function inExtendedSupport(version: KubernetesVersion, day: string): boolean {
  return day > kubernetesVersions[version].standardSupportEnds;
}
