import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { wireguardKey } from "./wireguard-key";

/** Bytes, as `subctl` makes it (subctl, pkg/broker/ipsec_psk.go). */
const keyBytes = 48;

/**
 * The pre-shared key of the lab's tunnels: the digest of a private key that is used for nothing else. The state keeps it
 * secret, and it stays what it is until its number changes.
 */
export class PresharedKey extends pulumi.ComponentResource {
  /** Base64 of its bytes. Secret. */
  public readonly base64: pulumi.Output<string>;
  /** What WireGuard is given of it. Secret. */
  public readonly wireguard: pulumi.Output<string>;

  constructor(name: string, args: { readonly number: number }, opts: pulumi.ComponentResourceOptions) {
    super("multicluster-lab:submariner:PresharedKey", name, {}, opts);
    const source = new tls.PrivateKey(
      `${name}-${args.number}`,
      { algorithm: "ECDSA", ecdsaCurve: "P384" },
      { parent: this },
    );
    this.base64 = pulumi.secret(
      source.privateKeyPem.apply((pem) =>
        createHash("sha512").update(pem).digest().subarray(0, keyBytes).toString("base64"),
      ),
    );
    this.wireguard = this.base64.apply(wireguardKey);
    this.registerOutputs({});
  }
}
