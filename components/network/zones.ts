import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** Zones without EKS control planes, by id since names differ from account to account (EKS user guide, network-reqs). */
const withoutEks = ["use1-az3", "usw1-az2", "cac1-az3"];

/** Names of the availability zones of the provider's region in which a cluster can be made, in AWS's order. */
export function availabilityZones(provider: aws.Provider): pulumi.Output<string[]> {
  return aws.getAvailabilityZonesOutput(
    {
      state: "available",
      // No local and wavelength zones.
      filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
      excludeZoneIds: withoutEks,
    },
    { provider },
  ).names;
}
