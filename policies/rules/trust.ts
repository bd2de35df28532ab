/** Certificates: one root, authorities that only sign, keys that are not weak. */
import { list, type ResourceRule, type Rule, type StackRule } from "../base/rule";

const selfSigned = "tls:index/selfSignedCert:SelfSignedCert";
const signed = "tls:index/locallySignedCert:LocallySignedCert";

const authorityUses = new Set<unknown>(["cert_signing", "crl_signing", "digital_signature"]);

const authoritiesOnlySign: ResourceRule = {
  id: "authorities-only-sign",
  promise: "Authorities sign and do nothing else; other certificates sign nothing, and none signs itself but a root",
  source: "RFC 5280, 4.2.1.3 and 4.2.1.9",
  of: "resource",
  problems: ({ type, props }) => {
    if (type !== selfSigned && type !== signed) return [];
    const uses: readonly unknown[] = list(props.allowedUses);
    if (props.isCaCertificate !== true) {
      return [
        ...(type === selfSigned ? ["it signs itself and is no authority"] : []),
        ...(uses.includes("cert_signing") ? ["it may sign certificates and is no authority"] : []),
      ];
    }
    const others = uses.filter((use) => !authorityUses.has(use));
    return [
      ...(others.length > 0 ? [`an authority is used for ${others.map(String).join(", ")}`] : []),
      ...(uses.includes("cert_signing") ? [] : ["an authority may not sign certificates"]),
    ];
  },
};

const strongKeys: ResourceRule = {
  id: "strong-keys",
  promise: "Keys are P-256 or stronger, or RSA of 3072 bits or more",
  source: "NIST SP 800-57 part 1, table 2 (128 bits of security)",
  of: "resource",
  problems: ({ type, props }) => {
    if (type !== "tls:index/privateKey:PrivateKey") return [];
    const { algorithm, ecdsaCurve, rsaBits } = props;
    // The provider's defaults are P224 and 2048 bits.
    if (algorithm === "ECDSA" && ["P256", "P384", "P521"].includes(ecdsaCurve)) return [];
    if (algorithm === "ED25519") return [];
    return algorithm === "RSA" && rsaBits >= 3072 ? [] : [`${algorithm} ${ecdsaCurve ?? rsaBits ?? ""} is weak`];
  },
};

const oneRoot: StackRule = {
  id: "one-root",
  promise: "A lab has one root, and a second one only while it takes the first one's place",
  source: "docs/rotation.md",
  of: "stack",
  problems: (resources, declared) => {
    const roots = resources.filter(({ type, props }) => type === selfSigned && props.isCaCertificate === true);
    const leaves = resources.filter(({ type }) => type === signed);
    if (roots.length > declared.roots)
      return [`there are ${roots.length} roots: ${roots.map(({ name }) => name).join(", ")}`];
    return roots.length === 0 && leaves.length > 0 ? ["certificates are signed and there is no root"] : [];
  },
};

export const trustRules: readonly Rule[] = [authoritiesOnlySign, strongKeys, oneRoot];
