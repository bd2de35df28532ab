import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { numbered } from "../../base/names";
import type { Cluster } from "../../cluster/cluster";

/** What a token is for, and where it is kept. */
export interface AccountTokenArgs {
  /** The cluster that it opens. */
  readonly cluster: Cluster;
  /** Of the account, and of the Secret with the token. */
  readonly namespace: pulumi.Input<string>;
  /** Name of the account, whose rights whoever has the token has. */
  readonly account: string;
  /** Name of the Secret that Kubernetes fills, for the first of its tokens. */
  readonly secret: string;
  /** Number of the token: `trust.tokens`. */
  readonly number: number;
  /** What makes the account: Kubernetes gives no token for one that is not there. */
  readonly after: pulumi.Resource;
}

/**
 * A lasting token of an account, with which peers read this cluster. A Secret of the program's own, even where a chart makes
 * one too: the engine waits for its token and takes it away, and can plan with it before it is there.
 *
 * With another number the engine makes the new one, then updates whoever holds it, one after the other, and deletes the one
 * before last of all. Kubernetes revokes a token with its Secret (Kubernetes documentation, service-accounts-admin).
 */
export class AccountToken extends pulumi.ComponentResource {
  /** What goes into a kubeconfig. Secret. */
  public readonly token: pulumi.Output<string>;

  constructor(name: string, args: AccountTokenArgs, opts: pulumi.ComponentResourceOptions) {
    super("multicluster-lab:backend:AccountToken", name, {}, opts);
    const secret = new k8s.core.v1.Secret(
      numbered(name, args.number),
      {
        metadata: {
          name: numbered(args.secret, args.number),
          namespace: args.namespace,
          annotations: { "kubernetes.io/service-account.name": args.account },
        },
        type: "kubernetes.io/service-account-token",
      },
      { parent: this, provider: args.cluster.provider, dependsOn: args.after },
    );
    this.token = pulumi.secret(
      secret.data.apply(({ token }) => {
        if (!token) throw new Error(`Kubernetes filled no token into ${name}`);
        return Buffer.from(token, "base64").toString();
      }),
    );
    this.registerOutputs({});
  }
}
