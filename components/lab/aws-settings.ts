/** What the stack says of the AWS account: the namespace `aws` of its configuration, which Pulumi gives to default providers alone. */
import type { ConfigMistake } from "../base/config-mistakes";
import type { RawConfig } from "../config/validate";

/** By which identity everything is made, so that no part of a lab is in another account than the rest. */
export interface AwsSettings {
  /** Handed to every region's provider. */
  readonly provider: Readonly<Record<string, unknown>>;
  /** What kubeconfigs tell the `aws` command, whose tokens are those of whoever made the clusters. */
  readonly credentials: {
    /** A profile of the AWS configuration on this machine. */
    readonly profileName?: string;
    /** ARN of a role to take on. */
    readonly roleArn?: string;
  };
}

/** What of the namespace means the same to the provider and to the `aws` command, or nothing to it. */
const passedOn = new Set([
  ...["profile", "assumeRoles", "allowedAccountIds", "forbiddenAccountIds", "maxRetries", "retryMode"],
  ...["skipCredentialsValidation", "skipRegionValidation", "skipMetadataApiCheck", "skipRequestingAccountId"],
]);

/** `region` is of default providers: each cluster names its own. `defaultTags` are the lab's tags, see withDefaultTags. */
const elsewhere = new Set(["region", "defaultTags"]);

const keys = "the aws command, which gives kubectl its tokens, does not know it, and would act for somebody else";

const refused: Readonly<Record<string, { readonly problem: string; readonly fix: string }>> = {
  ...Object.fromEntries(
    ["accessKey", "secretKey", "token"].map((key) => [
      key,
      { problem: keys, fix: "Put it into a profile and name that in aws:profile, or into the environment." },
    ]),
  ),
  assumeRole: { problem: "there is no such setting any more", fix: "It is a list now: aws:assumeRoles[0].roleArn." },
  assumeRoleWithWebIdentity: {
    problem: keys,
    fix: "Set AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE in the environment instead.",
  },
};

/**
 * Reads the namespace.
 *
 * @param raw its settings, without the namespace
 */
export function awsSettings(raw: RawConfig): { readonly settings: AwsSettings; readonly mistakes: ConfigMistake[] } {
  const given = Object.entries(raw).filter(([key]) => !elsewhere.has(key));
  const provider = Object.fromEntries(given.map(([key, text]) => [key, parsed(text)]));
  const { profile, assumeRoles = [] } = provider as { profile?: string; assumeRoles?: { roleArn?: string }[] };
  const roleArn = assumeRoles[0]?.roleArn;
  return {
    settings: {
      provider,
      credentials: { ...(profile ? { profileName: String(profile) } : {}), ...(roleArn ? { roleArn } : {}) },
    },
    mistakes: [
      ...given.flatMap(([key]) => (passedOn.has(key) ? [] : [mistake(key)])),
      ...chain(assumeRoles, raw.assumeRoles ?? ""),
    ],
  };
}

/** The stack's tags with those of `aws:defaultTags` below them: these reach what Kubernetes and EKS make, too. */
export function withDefaultTags(own: RawConfig, aws: RawConfig): RawConfig {
  const { tags } = parsed(aws.defaultTags ?? "{}") as { tags?: Record<string, string> };
  if (!tags) return own;
  const given: unknown = parsed(own.tags ?? "{}");
  return { ...own, tags: JSON.stringify({ ...tags, ...(given as object) }) };
}

function mistake(key: string): ConfigMistake {
  const {
    problem = "the lab does not hand it to its providers",
    fix = "Say it in a profile of the AWS configuration and name that in aws:profile, or in the environment.",
  } = refused[key] ?? {};
  return { key: `aws:${key}`, problem, fix };
}

/** `aws eks get-token` takes one role, by its ARN alone. */
function chain(roles: readonly object[], given: string): ConfigMistake[] {
  const plain = roles.length <= 1 && roles.every((role) => Object.keys(role).every((key) => key === "roleArn"));
  if (plain) return [];
  return [
    {
      key: "aws:assumeRoles",
      given,
      problem: "the aws command, which gives kubectl its tokens, takes one role by its roleArn alone",
      fix: "Describe the way to the role in a profile (role_arn, source_profile, external_id) and name that in aws:profile.",
    },
  ];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
