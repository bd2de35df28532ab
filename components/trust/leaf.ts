import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { renewedEarly } from "./lifetimes";

/** What a leaf certificate says, and for how long. */
export interface LeafArgs {
  /** Of the subject. etcd takes a client's for the name of its user. */
  readonly commonName: string;
  /** Names under which a server is called. Default: none. */
  readonly dnsNames?: readonly pulumi.Input<string>[];
  /** Addresses under which a server is called. Default: none. */
  readonly ipAddresses?: readonly string[];
  /** Extended key usage: whether it is for a server, a client, or both. */
  readonly uses: readonly ("server_auth" | "client_auth")[];
}

/** Who signs it: the authority of a cluster. */
export interface LeafIssuer {
  /** The authority's own certificate (PEM), which follows the leaf in its chain. */
  readonly certificate: pulumi.Input<string>;
  /** The authority's key (PEM). Secret. */
  readonly privateKey: pulumi.Input<string>;
  /** The roots that are trusted, among them the one above the authority (PEM). */
  readonly trusted: pulumi.Input<string>;
  /** Lifetime of the leaf, which should not outlive its issuer. */
  readonly days: number;
}

/**
 * A ready-made certificate for software that cannot have one signed. It is issued anew when what it says changes, or its
 * issuer, and in the last third of its time.
 */
export class Leaf extends pulumi.ComponentResource {
  /** The leaf followed by its issuer: whoever trusts the root alone can then verify it. */
  public readonly chain: pulumi.Output<string>;
  /** Secret. */
  public readonly privateKey: pulumi.Output<string>;
  /** RFC 3339 time after which nobody takes it any more. */
  public readonly ends: pulumi.Output<string>;
  private readonly trusted: pulumi.Output<string>;

  constructor(name: string, args: LeafArgs, issuer: LeafIssuer, opts: pulumi.ComponentResourceOptions) {
    super("multicluster-lab:trust:Leaf", name, {}, opts);
    const child = { parent: this };
    const key = new tls.PrivateKey(name, { algorithm: "ECDSA", ecdsaCurve: "P256" }, child);
    const request = new tls.CertRequest(
      name,
      {
        privateKeyPem: key.privateKeyPem,
        subject: { commonName: args.commonName, organization: "multicluster-lab" },
        dnsNames: [...(args.dnsNames ?? [])],
        ipAddresses: [...(args.ipAddresses ?? [])],
      },
      child,
    );
    const certificate = new tls.LocallySignedCert(
      name,
      {
        certRequestPem: request.certRequestPem,
        caPrivateKeyPem: issuer.privateKey,
        caCertPem: issuer.certificate,
        ...renewedEarly(issuer.days),
        allowedUses: ["digital_signature", "key_encipherment", ...args.uses],
      },
      child,
    );
    this.chain = pulumi.interpolate`${certificate.certPem}${issuer.certificate}`;
    this.privateKey = pulumi.secret(key.privateKeyPem);
    this.ends = certificate.validityEndTime;
    this.trusted = pulumi.output(issuer.trusted);
    this.registerOutputs({});
  }

  /** The keys of a Secret of type `kubernetes.io/tls`, with the roots that are trusted beside them. */
  get secretData(): Record<"tls.crt" | "tls.key" | "ca.crt", pulumi.Output<string>> {
    return { "tls.crt": this.chain, "tls.key": this.privateKey, "ca.crt": this.trusted };
  }
}
