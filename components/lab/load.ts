import * as pulumi from "@pulumi/pulumi";
import { ConfigError } from "../base/config-mistakes";
import { type LabConfig, validateLab } from "./config";

/**
 * The running stack's configuration. Nothing else reads configuration.
 *
 * @throws pulumi.RunError with every mistake; the engine shows it without a stack trace
 */
export function loadConfig(): LabConfig {
  const prefix = `${pulumi.getProject()}:`;
  const own = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(prefix));
  try {
    return validateLab(
      Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value])),
      `stack ${pulumi.getStack()}`,
    );
  } catch (error) {
    throw error instanceof ConfigError ? new pulumi.RunError(error.message) : error;
  }
}
