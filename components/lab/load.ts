import * as pulumi from "@pulumi/pulumi";
import { ConfigError } from "../base/config-mistakes";
import { underOwnName } from "../config/own-settings";
import type { RawConfig } from "../config/validate";
import { type AwsSettings, awsSettings, withDefaultTags } from "./aws-settings";
import { checkedPlan } from "./checked-plan";
import type { FoundClusters } from "./existing";
import type { LabPlan } from "./plan";

/** The running stack's plan, and by which AWS identity it is carried out. */
export interface LoadedLab {
  /** What is made. */
  readonly plan: LabPlan;
  /** Who makes it. */
  readonly aws: AwsSettings;
  /** The ways to clusters that are there already. */
  readonly existing: FoundClusters;
}

/**
 * The plan that follows from the running stack's configuration. Nothing else reads configuration.
 *
 * @param day ISO date for which the price holds
 * @throws pulumi.RunError with every mistake; the engine shows it without a stack trace
 */
export function loadPlan(day: string): Omit<LoadedLab, "existing"> {
  return loadedFrom(namespace(pulumi.getProject()), day);
}

/**
 * The same of settings that somebody else says; those of the namespace `aws` are the stack's.
 *
 * @param own settings without a namespace
 * @param day ISO date for which the price holds
 * @throws pulumi.RunError with every mistake
 */
export function loadedFrom(own: RawConfig, day: string): Omit<LoadedLab, "existing"> {
  const stack = pulumi.getStack();
  const aws = namespace("aws");
  const { settings, mistakes } = awsSettings(aws);
  try {
    const plan = checkedPlan(stack, withDefaultTags(own, aws), day);
    if (mistakes.length > 0) throw new ConfigError(mistakes, `stack ${stack}`);
    return { plan, aws: settings };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const others = mistakes.filter((each) => !error.mistakes.includes(each));
    throw new pulumi.RunError(new ConfigError([...error.mistakes, ...others], `stack ${stack}`).message);
  }
}

function namespace(name: string): RawConfig {
  const prefix = `${name}:`;
  const own = Object.entries(underOwnName(pulumi.runtime.allConfig(), pulumi.getProject())).filter(([key]) =>
    key.startsWith(prefix),
  );
  return Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value]));
}
