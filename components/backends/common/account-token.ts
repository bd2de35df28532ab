import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/**
 * A lasting token of an account that a chart makes, with which peers read this cluster. A Secret of the program's own, even
 * where the chart makes one too: the engine waits for its token and takes it away, and can plan with it before it is there.
 */
export class AccountToken extends pulumi.ComponentResource {
  /** Secret. */
  public readonly token: pulumi.Output<string>;

  constructor(
    name: string,
    args: {
      readonly namespace: pulumi.Input<string>;
      /** Name of the account; `dependsOn` makes it. */
      readonly account: string;
      /** Name of the Secret. */
      readonly secret: string;
    },
    opts: pulumi.ComponentResourceOptions & { readonly provider: k8s.Provider; readonly dependsOn: pulumi.Resource },
  ) {
    super("multicluster-lab:backend:AccountToken", name, {}, { ...(opts.parent ? { parent: opts.parent } : {}) });
    const secret = new k8s.core.v1.Secret(
      name,
      {
        metadata: {
          name: args.secret,
          namespace: args.namespace,
          annotations: { "kubernetes.io/service-account.name": args.account },
        },
        type: "kubernetes.io/service-account-token",
      },
      { parent: this, provider: opts.provider, dependsOn: opts.dependsOn },
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
