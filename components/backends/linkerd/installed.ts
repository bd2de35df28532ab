import type * as pulumi from "@pulumi/pulumi";
import type { AccountToken } from "../common/account-token";
import type { Installed } from "../common/backend";

/** A cluster with Linkerd on it. */
export interface LinkerdInstalled extends Installed {
  /** Namespace of the control plane. */
  readonly namespace: pulumi.Output<string>;
  /** Namespace of the multicluster extension. */
  readonly multiclusterNamespace: pulumi.Output<string>;
  /** Definition of Links, and the controllers that serve them. */
  readonly multicluster: pulumi.Resource;
  /** With which peers read this cluster. */
  readonly reader: AccountToken;
}
