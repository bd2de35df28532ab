import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { labTags } from "../config/tags";
import { availabilityZones } from "../network/zones";
import type { AwsSettings } from "./aws-settings";

/** An AWS region of the lab. */
export class Region {
  /** Tags all that it makes. */
  public readonly provider: aws.Provider;
  /** Names of the availability zones in which a cluster can be made. */
  public readonly zones: pulumi.Output<string[]>;

  constructor(
    name: string,
    {
      lab,
      tags,
      settings,
    }: {
      readonly lab: string;
      readonly tags: Readonly<Record<string, string>>;
      readonly settings: AwsSettings["provider"];
    },
    parent: pulumi.Resource,
  ) {
    this.provider = new aws.Provider(
      name,
      { ...settings, region: name as aws.Region, defaultTags: { tags: labTags(lab, tags) } },
      { parent },
    );
    this.zones = availabilityZones(this.provider);
  }
}
