/**
 * Stand-in for the aws provider, over an emulated account. It knows the kinds of resources that the lab and pulumi-eks
 * make, and says so for any other.
 */
import type { AwsAccount } from "../../aws/account/account";
import type { Props } from "../../base/operations";
import { changedKeys, type Failure, type ProviderPackage } from "../provider";
import { type AwsFunction, functions } from "./functions";
import { gatewayKinds } from "./gateways";
import { iamKinds } from "./iam";
import { launchTemplateKinds } from "./launch-template";
import { peeringKinds } from "./peering";
import { AwsResourceHandler } from "./resource-handler";
import type { AwsConfig, AwsHandler, ResourceKind } from "./resource-kind";
import { routingKinds } from "./routing";
import { securityGroupKinds } from "./security-groups";
import { vpcKinds } from "./vpc";

/** What other services add to the provider. */
export interface Extra {
  /** By type token. */
  readonly handlers?: Readonly<Record<string, AwsHandler>>;
  /** By function token. */
  readonly functions?: Readonly<Record<string, AwsFunction>>;
}

const kinds: Readonly<Record<string, ResourceKind>> = {
  ...vpcKinds,
  ...gatewayKinds,
  ...routingKinds,
  ...peeringKinds,
  ...securityGroupKinds,
  ...launchTemplateKinds,
  ...iamKinds,
};

/** The package, with EC2 and IAM; others come in `extra`. */
export function awsPackage(account: AwsAccount, extra: Extra = {}): ProviderPackage<AwsConfig> {
  const own = Object.entries(kinds).map(([type, kind]) => [type, new AwsResourceHandler(account, kind)]);
  const handlers: Record<string, AwsHandler> = { ...Object.fromEntries(own), ...extra.handlers };
  const known = { ...functions, ...extra.functions };
  return {
    name: "aws",
    checkConfig: (settings) => [...withoutRegion(settings), ...unknownSettings(settings)],
    diffConfig: (olds, news) => {
      const changed = changedKeys(olds, news);
      // The one setting that is marked so (pulumi-aws, provider/resources.go, ForcesProviderReplace).
      return { changed, replaces: changed.filter((key) => key === "region") };
    },
    configure: async (settings) => {
      const { region, allowedAccountIds, forbiddenAccountIds, defaultTags } = settings;
      const { accountId } = account;
      const allowed = list(allowedAccountIds);
      if ((allowed.length > 0 && !allowed.includes(accountId)) || list(forbiddenAccountIds).includes(accountId)) {
        throw new Error(`AWS account ID not allowed: ${accountId}`);
      }
      return { region, defaultTags: object(defaultTags).tags ?? {} };
    },
    resource: (type) => handlers[type],
    invoke: async (token, args, config) => {
      const fn = known[token];
      if (!fn) throw new Error(`the rehearsal's aws provider does not know the function ${token}`);
      return fn(account, args.region ?? config.region, args);
    },
  };
}

/** Settings that mean something here, and those that say whose account it is: there is one. */
const knownSettings = new Set([
  ...["region", "defaultTags", "allowedAccountIds", "forbiddenAccountIds"],
  ...["profile", "assumeRoles", "assumeRoleWithWebIdentity", "accessKey", "secretKey", "token"],
  ...["sharedConfigFiles", "sharedCredentialsFiles", "version", "pluginDownloadURL"],
  ...["skipCredentialsValidation", "skipRegionValidation", "skipMetadataApiCheck", "skipRequestingAccountId"],
]);

function withoutRegion({ region }: Props): Failure[] {
  if (typeof region === "string" && region !== "") return [];
  return [{ property: "region", reason: "the aws provider has no region: set `region` on the provider or aws:region" }];
}

function unknownSettings(settings: Props): Failure[] {
  return Object.keys(settings)
    .filter((property) => !knownSettings.has(property))
    .map((property) => ({ property, reason: `the rehearsal's aws provider does not know the setting ${property}` }));
}

function list(value: unknown): string[] {
  return typeof value === "string" ? JSON.parse(value) : ((value as string[] | undefined) ?? []);
}

/** Settings that are objects arrive as JSON text. */
function object(value: unknown): Props {
  return typeof value === "string" ? JSON.parse(value) : ((value as Props | undefined) ?? {});
}
