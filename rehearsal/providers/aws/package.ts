/**
 * Stand-in for the aws provider, over an emulated account. It knows the kinds of resources that the lab and pulumi-eks
 * make, and says so for any other.
 */
import type { AwsAccount } from "../../aws/account/account";
import type { Props } from "../../base/operations";
import type { ProviderPackage } from "../provider";
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
    configure: async (config) => {
      const { region } = config;
      if (typeof region !== "string" || region === "") {
        throw new Error("the aws provider has no region: set `region` on the provider or aws:region");
      }
      return { region, defaultTags: object(config.defaultTags).tags ?? {} };
    },
    resource: (type) => handlers[type],
    invoke: async (token, args, config) => {
      const fn = known[token];
      if (!fn) throw new Error(`the rehearsal's aws provider does not know the function ${token}`);
      return fn(account, args.region ?? config.region, args);
    },
  };
}

/** Settings that are objects arrive as JSON text. */
function object(value: unknown): Props {
  return typeof value === "string" ? JSON.parse(value) : ((value as Props | undefined) ?? {});
}
