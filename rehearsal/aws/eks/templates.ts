import type { AwsAccount } from "../account/account";
import type { LaunchTemplate, TemplateData } from "../ec2/items";
import type { UsedTemplate } from "./items";

/** What the version says; undefined when there is no such template or version. */
export function templateData(account: AwsAccount, region: string, used: UsedTemplate): TemplateData | undefined {
  const [template] = account.list<LaunchTemplate>(
    "launch-template",
    (each) => each.region === region && (used.id ? each.id === used.id : each.name === used.name),
  );
  if (!template) return undefined;
  const { versions, defaultVersion } = template;
  const numbers: Readonly<Record<string, number>> = { $Latest: versions.length, $Default: defaultVersion };
  return versions[(numbers[used.version] ?? Number(used.version)) - 1];
}
