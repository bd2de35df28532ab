import { deepEqual, equal } from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { partitionOf, regions } from "../../components/base/regions";
import { offInternet, unusableFor } from "../../components/base/special-networks";

describe("regions", () => {
  it("are those of the provider, without the partitions that nobody gets who asks", () => {
    const provided = Object.values(aws.Region).filter((region) => !/-iso[a-z]?-/.test(region));
    deepEqual([...regions].sort(), [...provided].sort());
  });

  it("belong to a partition", () => {
    equal(partitionOf("us-gov-west-1"), "aws-us-gov");
    equal(partitionOf("eu-west-1"), "aws");
    equal(partitionOf("moon-1"), undefined);
  });
});

describe("networks with a meaning of their own", () => {
  it("are found by any address that they have in common", () => {
    equal(unusableFor("0.0.0.0/0")?.cidr, "0.0.0.0/8");
    equal(unusableFor("169.254.169.254/32")?.cidr, "169.254.0.0/16");
    equal(unusableFor("10.0.0.0/8"), undefined);
    equal(offInternet("172.24.0.0/14")?.cidr, "172.16.0.0/12");
    equal(offInternet("8.8.8.0/24"), undefined);
  });
});
