import { createHash, X509Certificate } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { rootsOf } from "../base/generations";
import { namePart, numbered } from "../base/names";
import type { CommonConfig } from "../config/common";
import { Leaf, type LeafArgs } from "./leaf";
import { type Lasting, type Lifetime, lifetimesOf, renewedEarly } from "./lifetimes";
import { authorityUses, keyKinds, Root } from "./root";

/** What a cluster's own certificate authority is: an intermediate under the root that issues. */
export interface Intermediate {
  /** The intermediate alone (PEM). */
  readonly certificate: pulumi.Output<string>;
  /** Its key (PEM). Secret. */
  readonly privateKey: pulumi.Output<string>;
  /** The intermediate followed by its root, as most software wants it. */
  readonly chain: pulumi.Output<string>;
}

/** What the lab's trust is made of. */
export interface TrustArgs {
  /** Name of the lab, part of the authorities' names. */
  readonly lab: string;
  /** Each gets an intermediate with `authorityName` for its common name, which some backends prescribe. */
  readonly clusters: readonly { readonly name: string; readonly authorityName: string }[];
  /** Kind of the keys, lifetimes, and the step of the root's rotation. */
  readonly settings: CommonConfig["trust"];
}

/**
 * The lab's trust anchor and, for each cluster, an intermediate authority under it. Workloads of different clusters trust
 * each other because their certificates end at roots that all of them have; no cluster holds a root's key.
 *
 * While the root is rotated two are trusted, and one of them issues. A root and what is under it have a number, so that
 * another one comes beside them; the first has none in its names.
 */
export class Trust extends pulumi.ComponentResource {
  /** Certificate of the root that issues (PEM): public. */
  public readonly root: pulumi.Output<string>;
  /**
   * Certificates of all roots that are trusted (PEM), the issuing one first: public. So it is another text when another root
   * issues, although the same ones are trusted, and whoever takes it in then asks for a certificate anew.
   */
  public readonly trusted: pulumi.Output<string>;
  /** SHA-256 of the issuing root's certificate, as `openssl x509 -fingerprint -sha256` shows it. */
  public readonly fingerprint: pulumi.Output<string>;
  /** The fingerprints of all that are trusted, in their order: what must start anew with them has it in its annotations. */
  public readonly mark: pulumi.Output<string>;
  private readonly issuing: Root;
  private readonly number: number;
  private readonly intermediates = new Map<string, Intermediate>();
  private readonly lasting: Lasting[] = [];
  private readonly sharedKeys = new Map<string, pulumi.Output<string>>();

  constructor(
    private readonly name: string,
    private readonly args: TrustArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:trust:Trust", name, {}, opts);
    const { issuing, trusted } = rootsOf(args.settings.generation);
    this.number = issuing;
    const roots = trusted.map((number) => this.makeRoot(number));
    this.issuing = roots[0] as Root;
    this.root = this.issuing.certificate;
    const certificates = pulumi.all(roots.map(({ certificate }) => certificate));
    this.trusted = certificates.apply((each) => each.join(""));
    this.mark = certificates.apply((each) => each.map(fingerprintOf).join(","));
    this.fingerprint = this.root.apply(fingerprintOf);
    for (const cluster of args.clusters) this.intermediates.set(cluster.name, this.makeIntermediate(cluster));
    this.registerOutputs({ root: this.root, fingerprint: this.fingerprint });
  }

  private makeRoot(number: number): Root {
    const { lab, settings } = this.args;
    const root = new Root(numbered(`${this.name}-root`, number), numbered(`${lab} root`, number), settings, this);
    this.lasting.push(root.lasting);
    return root;
  }

  private makeIntermediate({ name: cluster, authorityName }: TrustArgs["clusters"][number]): Intermediate {
    const { lab, settings } = this.args;
    const name = numbered(`${this.name}-cluster-${namePart(cluster)}`, this.number);
    const key = new tls.PrivateKey(name, keyKinds[settings.keyAlgorithm], { parent: this });
    const request = new tls.CertRequest(
      name,
      {
        privateKeyPem: key.privateKeyPem,
        // Different for every cluster, by its unit if not by its name: authorities of one subject confuse chain building.
        subject: {
          commonName: authorityName,
          organization: "multicluster-lab",
          organizationalUnit: numbered(`${lab} ${cluster}`, this.number),
        },
      },
      { parent: this },
    );
    const { certPem, validityEndTime } = new tls.LocallySignedCert(
      name,
      {
        certRequestPem: request.certRequestPem,
        caPrivateKeyPem: this.issuing.privateKey,
        caCertPem: this.root,
        ...renewedEarly(settings.intermediateDays),
        allowedUses: authorityUses,
        isCaCertificate: true,
        setSubjectKeyId: true,
      },
      { parent: this },
    );
    this.lasting.push({ name, cluster, ends: validityEndTime, days: settings.intermediateDays });
    return {
      certificate: certPem,
      privateKey: pulumi.secret(key.privateKeyPem),
      chain: pulumi.interpolate`${certPem}${this.root}`,
    };
  }

  /**
   * The authority of `cluster`.
   *
   * @throws when the lab has no such cluster
   */
  intermediate(cluster: string): Intermediate {
    const found = this.intermediates.get(cluster);
    if (!found) throw new Error(`no intermediate was made for ${cluster}`);
    return found;
  }

  /** A certificate signed by the authority of `cluster`, for as long as that one was made for. */
  leaf(name: string, cluster: string, args: LeafArgs, opts: pulumi.ComponentResourceOptions): Leaf {
    const { certificate, privateKey } = this.intermediate(cluster);
    const days = this.args.settings.intermediateDays;
    const leaf = new Leaf(name, args, { certificate, privateKey, trusted: this.trusted, days }, opts);
    this.lasting.push({ name, cluster, ends: leaf.ends, days });
    return leaf;
  }

  /** When the certificates end that were made so far, and when they are made anew. */
  lifetimes(): pulumi.Output<Lifetime[]> {
    return lifetimesOf(this.lasting);
  }

  /**
   * A key of 32 bytes, in hex, that all clusters share; made when it is first asked for. Another purpose is another key.
   * It is the digest of a private key, the only randomness that the programs' providers have.
   *
   * @returns secret
   */
  sharedKey(purpose: string): pulumi.Output<string> {
    const before = this.sharedKeys.get(purpose);
    if (before) return before;
    const source = new tls.PrivateKey(`${this.name}-shared-${purpose}`, keyKinds.P256, { parent: this });
    const key = pulumi.secret(source.privateKeyPem.apply((pem) => createHash("sha256").update(pem).digest("hex")));
    this.sharedKeys.set(purpose, key);
    return key;
  }
}

function fingerprintOf(pem: string): string {
  return new X509Certificate(pem).fingerprint256;
}
