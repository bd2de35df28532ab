import type { AwsAccount, Region, Tags } from "../account/account";
import { AwsError } from "../account/errors";
import type { LaunchTemplate, SecurityGroup, TemplateData } from "./items";
import { referred } from "./references";

/** CreateLaunchTemplate. */
export interface LaunchTemplateArgs {
  readonly name: string;
  readonly data: TemplateData;
  readonly tags: Tags;
}

/** Only the metadata options and the references to groups are looked at; EKS checks the rest when it uses the template. */
export function createLaunchTemplate(
  account: AwsAccount,
  region: Region,
  args: LaunchTemplateArgs,
): Promise<LaunchTemplate> {
  return account.call("ec2:CreateLaunchTemplate", `${region} ${args.name}`, () => {
    requireData(account, region, args.data);
    const same = (other: LaunchTemplate) => other.region === region && other.name === args.name;
    if (account.list<LaunchTemplate>("launch-template", same).length > 0) {
      throw new AwsError(
        "InvalidLaunchTemplateName.AlreadyExistsException",
        "Launch template name already in use.",
        "launch-template-name",
      );
    }
    const id = account.newId("lt");
    return account.put<LaunchTemplate>({
      id,
      kind: "launch-template",
      region,
      arn: account.arn("ec2", region, `launch-template/${id}`),
      state: "available",
      tags: { ...args.tags },
      name: args.name,
      defaultVersion: 1,
      versions: [args.data],
    });
  });
}

/** Templates do not change: a new version is added, which is the default only if asked to be. */
export function addLaunchTemplateVersion(
  account: AwsAccount,
  region: Region,
  id: string,
  data: TemplateData,
): Promise<void> {
  return account.call(
    "ec2:CreateLaunchTemplateVersion",
    `${region} ${account.get("launch-template", id)?.name}`,
    () => {
      const template = referred<LaunchTemplate>(account, region, "launch-template", id);
      requireData(account, region, data);
      template.versions.push(data);
    },
  );
}

/** Which version is taken when none is named. */
export function setDefaultVersion(account: AwsAccount, region: Region, id: string, version: number): Promise<void> {
  return account.call("ec2:ModifyLaunchTemplate", `${region} ${account.get("launch-template", id)?.name}`, () => {
    const template = referred<LaunchTemplate>(account, region, "launch-template", id);
    if (!template.versions[version - 1]) {
      throw new AwsError(
        "InvalidLaunchTemplateId.VersionNotFound",
        `Could not find the launch template version ${version}.`,
        "reference-exists",
      );
    }
    template.defaultVersion = version;
  });
}

/** With all of its versions. */
export function deleteLaunchTemplate(account: AwsAccount, region: Region, id: string): Promise<void> {
  return account.call("ec2:DeleteLaunchTemplate", `${region} ${account.get("launch-template", id)?.name}`, () => {
    referred<LaunchTemplate>(account, region, "launch-template", id);
    account.remove("launch-template", id);
  });
}

function requireData(account: AwsAccount, region: Region, data: TemplateData): void {
  const groups = Array.isArray(data.vpcSecurityGroupIds) ? data.vpcSecurityGroupIds : [];
  for (const group of groups) referred<SecurityGroup>(account, region, "security-group", String(group));
  const { httpTokens, httpPutResponseHopLimit: hops } = (data.metadataOptions ?? {}) as TemplateData;
  const tokensKnown = httpTokens === undefined || httpTokens === "required" || httpTokens === "optional";
  // API reference, LaunchTemplateInstanceMetadataOptionsRequest.
  if (!tokensKnown || (hops !== undefined && !(Number(hops) >= 1 && Number(hops) <= 64))) {
    throw new AwsError(
      "InvalidParameterValue",
      "Metadata options take httpTokens `required` or `optional` and a hop limit from 1 to 64.",
      "launch-template-metadata",
    );
  }
}
