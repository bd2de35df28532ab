import type { LaunchTemplate, TemplateData } from "../../aws/ec2/items";
import * as ec2 from "../../aws/ec2/launch-templates";
import type { Props } from "../../base/operations";
import type { ResourceKind } from "./resource-kind";

/** What belongs to the template and not to its versions. */
const own = new Set(["name", "namePrefix", "tags", "region", "defaultVersion", "updateDefaultVersion"]);

const launchTemplate: ResourceKind = {
  service: "ec2",
  noun: "EC2 Launch Template",
  item: "launch-template",
  permanent: ["name", "namePrefix"],
  // Each change of the content is another version (aws provider, internal/service/ec2/ec2_launch_template.go, CustomizeDiff).
  moving: ["latestVersion"],
  autoname: true,
  create: async ({ account, region, tagsAll }, inputs) => {
    const name = inputs.name ?? `${inputs.namePrefix}${account.newHex(26)}`;
    return (await ec2.createLaunchTemplate(account, region, { name, data: dataOf(inputs), tags: tagsAll })).id;
  },
  live: ({ account }, id) => {
    const found = account.get<LaunchTemplate>("launch-template", id);
    return (
      found && {
        ...found.versions.at(-1),
        arn: found.arn,
        name: found.name,
        defaultVersion: found.defaultVersion,
        latestVersion: found.versions.length,
      }
    );
  },
  update: async ({ account, region }, id, news, changed) => {
    if (changed.some((key) => !own.has(key))) {
      await ec2.addLaunchTemplateVersion(account, region, id, dataOf(news));
    }
    const found = account.must<LaunchTemplate>("launch-template", id, "InvalidLaunchTemplateId.NotFound");
    const wanted = news.updateDefaultVersion ? found.versions.length : (news.defaultVersion ?? found.defaultVersion);
    if (wanted !== found.defaultVersion) await ec2.setDefaultVersion(account, region, id, wanted);
  },
  delete: ({ account, region }, id) => ec2.deleteLaunchTemplate(account, region, id),
};

function dataOf(inputs: Props): TemplateData {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => !own.has(key)));
}

/** By type token. */
export const launchTemplateKinds = { "aws:ec2/launchTemplate:LaunchTemplate": launchTemplate };
