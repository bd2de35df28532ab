import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Trust } from "../../../trust/trust";

/**
 * The Secret from which istiod takes the cluster's own authority. It must be there before istiod, which makes an
 * authority of its own when it finds none.
 */
export function authoritySecret(
  name: string,
  args: { readonly trust: Trust; readonly cluster: string; readonly namespace: pulumi.Input<string> },
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Secret {
  const authority = args.trust.intermediate(args.cluster);
  return new k8s.core.v1.Secret(
    name,
    {
      metadata: { name: "cacerts", namespace: args.namespace },
      stringData: {
        "ca-cert.pem": authority.certificate,
        "ca-key.pem": authority.privateKey,
        "root-cert.pem": args.trust.trusted,
        "cert-chain.pem": authority.chain,
      },
    },
    opts,
  );
}
