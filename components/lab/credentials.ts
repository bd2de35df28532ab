/** Whether anything says who acts on AWS, asked before AWS is: its provider looks for half a minute, and then says it at length. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { isEks } from "../config/cluster";
import type { AwsSettings } from "./aws-settings";
import type { LabPlan } from "./plan";

/** Variables one of which is enough (AWS SDKs and Tools Reference Guide, "Environment variables"; the last is of EC2's own). */
const variables = [
  ...["AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE"],
  ...["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"],
  ...["AWS_EC2_METADATA_SERVICE_ENDPOINT"],
];

/** Where somebody runs Pulumi. */
export interface Whereabouts {
  /** Environment variables. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** As Node calls it, e.g. `linux`. */
  readonly platform: string;
  /** Folder of the user. */
  readonly home: string;
  /** Who made the machine, as its firmware or hypervisor says, e.g. `Amazon EC2`; empty where none does. */
  readonly vendor: string;
}

/** This machine. */
export function here(): Whereabouts {
  const { env, platform } = process;
  return { env, platform, home: homedir(), vendor: vendor() };
}

/**
 * Refuses what AWS would refuse after long: a lab of which something is made on AWS, and nobody says by whom.
 *
 * @throws pulumi.RunError in one sentence
 */
export function refuseWithoutCredentials(
  { clusters }: Pick<LabPlan, "clusters">,
  aws: AwsSettings,
  at: Whereabouts = here(),
): void {
  if (!clusters.some(isEks) || aws.credentials.profileName || saysWho(at)) return;
  throw new pulumi.RunError(
    "There are no AWS credentials here: log in with the aws command (aws configure, or aws sso login), or set AWS_PROFILE, " +
      "or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; `npm start` rehearses the lab without.",
  );
}

/** In doubt it does: instances of EC2 may have a role, and only on Linux can be seen whether this is one. */
function saysWho({ env, platform, home, vendor }: Whereabouts): boolean {
  const files = [
    env.AWS_SHARED_CREDENTIALS_FILE ?? join(home, ".aws", "credentials"),
    env.AWS_CONFIG_FILE ?? join(home, ".aws", "config"),
  ];
  const elsewhere = platform !== "linux" || /amazon|xen/i.test(vendor);
  return variables.some((name) => env[name]) || files.some(existsSync) || elsewhere;
}

function vendor(): string {
  const files = ["/sys/class/dmi/id/sys_vendor", "/sys/hypervisor/type"].filter(existsSync);
  return files.map((file) => readFileSync(file, "utf8").trim()).join(" ");
}
