import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import type { Props } from "../../rehearsal/base/operations";
import type { Operation } from "../../rehearsal/providers/provider";
import { type TlsConfig, tlsPackage } from "../../rehearsal/providers/tls/package";

const types = {
  privateKey: "tls:index/privateKey:PrivateKey",
  request: "tls:index/certRequest:CertRequest",
  selfSigned: "tls:index/selfSignedCert:SelfSignedCert",
  signed: "tls:index/locallySignedCert:LocallySignedCert",
};
const start = new Date("2026-01-02T03:04:05Z");
const authorityUses = ["cert_signing", "crl_signing", "digital_signature"];

describe("tls provider stand-in", () => {
  let now = start;
  const pkg = tlsPackage(() => now);
  const op: Operation<TlsConfig> = {
    urn: "urn",
    type: "",
    name: "test",
    config: {},
    timeout: 0,
    signal: AbortSignal.any([]),
  };
  const handler = (type: string) => {
    const found = pkg.resource(type);
    assert(found, type);
    return found;
  };
  const failures = async (type: string, inputs: Props) =>
    (await handler(type).check?.(op, inputs, {}))?.failures?.map(({ property }) => property) ?? [];
  const make = async (type: string, inputs: Props): Promise<Props> => {
    assert.deepEqual(await failures(type, inputs), []);
    const { id, outputs } = await handler(type).create(op, inputs);
    return { id, ...outputs };
  };
  const diff = (type: string, before: Props, after: Props, state: Props) =>
    handler(type).diff?.(op, "id", before, after, state);

  const newKey = (algorithm = "ECDSA", ecdsaCurve = "P256") => make(types.privateKey, { algorithm, ecdsaCurve });
  const rootArgs = (key: Props): Props => ({
    privateKeyPem: key.privateKeyPem,
    subject: { commonName: "lab root", organization: "Größe & Co", streetAddresses: ["1 A", "2 B"] },
    validityPeriodHours: 24,
    earlyRenewalHours: 4,
    allowedUses: authorityUses,
    isCaCertificate: true,
  });
  const sign = async (key: Props, authority: Props, authorityKey: Props, names: Props, extra: Props) => {
    const request = await make(types.request, { privateKeyPem: key.privateKeyPem, ...names });
    return make(types.signed, {
      certRequestPem: request.certRequestPem,
      caCertPem: authority.certPem,
      caPrivateKeyPem: authorityKey.privateKeyPem,
      validityPeriodHours: 12,
      ...extra,
    });
  };

  beforeEach(() => {
    now = start;
  });

  for (const [algorithm, curve, preamble, fingerprint] of [
    ["ECDSA", "P224", "EC PRIVATE KEY", false],
    ["ECDSA", "P256", "EC PRIVATE KEY", true],
    ["ECDSA", "P384", "EC PRIVATE KEY", true],
    ["ECDSA", "P521", "EC PRIVATE KEY", true],
    ["RSA", undefined, "RSA PRIVATE KEY", true],
    ["ED25519", undefined, "PRIVATE KEY", true],
  ] as const) {
    it(`makes ${curve ?? algorithm} keys in the provider's forms`, async () => {
      const key = await newKey(algorithm, curve);
      assert.match(key.privateKeyPem, new RegExp(`^-----BEGIN ${preamble}-----\n`));
      assert.match(key.privateKeyPemPkcs8, /^-----BEGIN PRIVATE KEY-----\n/);
      assert.match(key.publicKeyPem, /^-----BEGIN PUBLIC KEY-----\n/);
      assert.equal(key.publicKeyFingerprintSha256.startsWith("SHA256:"), fingerprint);
      assert.equal(key.privateKeyOpenssh.startsWith("-----BEGIN OPENSSH"), fingerprint);
      const told = await pkg.invoke?.("tls:index/getPublicKey:getPublicKey", { privateKeyPem: key.privateKeyPem }, {});
      assert.equal(told?.publicKeyPem, key.publicKeyPem);
      assert.equal(told?.algorithm, algorithm);
    });
  }

  for (const [algorithm, curve, signature] of [
    ["ECDSA", "P256", "1.2.840.10045.4.3.2"],
    ["ECDSA", "P384", "1.2.840.10045.4.3.3"],
    ["RSA", undefined, "1.2.840.113549.1.1.11"],
    ["ED25519", undefined, "1.3.101.112"],
  ] as const) {
    it(`signs a chain with ${curve ?? algorithm}`, async () => {
      const [rootKey, key, leafKey] = [await newKey(algorithm, curve), await newKey(algorithm, curve), await newKey()];
      const root = await make(types.selfSigned, rootArgs(rootKey));
      const middle = await sign(
        key,
        root,
        rootKey,
        { subject: { commonName: "cluster1" } },
        { allowedUses: authorityUses, isCaCertificate: true },
      );
      const leaf = await sign(
        leafKey,
        middle,
        key,
        { dnsNames: ["a.test"], ipAddresses: ["10.0.0.1"], uris: ["spiffe://test/sa"] },
        { allowedUses: ["digital_signature", "server_auth"] },
      );
      const [r, m, l] = [root, middle, leaf].map(({ certPem }) => new X509Certificate(certPem));
      assert(r && m && l);
      assert(r.verify(r.publicKey) && m.verify(r.publicKey) && l.verify(m.publicKey));
      assert(m.checkIssued(r) && l.checkIssued(m));
      assert.deepEqual([r.ca, m.ca, l.ca], [true, true, false]);
      assert.equal(r.subject, "O=Größe & Co\nstreet=1 A + street=2 B\nCN=lab root");
      assert.equal(l.subjectAltName, "DNS:a.test, IP Address:10.0.0.1, URI:spiffe://test/sa");
      assert.deepEqual(l.keyUsage, ["1.3.6.1.5.5.7.3.1"]);
      assert.equal(BigInt(`0x${r.serialNumber}`).toString(), root.id);
      assert(r.raw.includes(derOid(signature)), "signature algorithm");
      assert.equal(root.keyAlgorithm, algorithm);
      assert.equal(middle.caKeyAlgorithm, algorithm);
    });
  }

  it("gives validity from now on, in RFC 3339", async () => {
    const root = await make(types.selfSigned, rootArgs(await newKey()));
    assert.equal(root.validityStartTime, "2026-01-02T03:04:05.000Z");
    assert.equal(root.validityEndTime, "2026-01-03T03:04:05.000Z");
    assert.equal(root.readyForRenewal, false);
    assert.equal(new Date(new X509Certificate(root.certPem).validTo).toISOString(), root.validityEndTime);
  });

  it("is due for renewal when the early renewal time has come, in a plan and in a refresh", async () => {
    const args = rootArgs(await newKey());
    const root = await make(types.selfSigned, args);
    const read = async () => (await handler(types.selfSigned).read(op, root.id, root, args))?.outputs.readyForRenewal;
    now = new Date(start.getTime() + 19 * 3_600_000);
    assert.deepEqual((await diff(types.selfSigned, args, args, root))?.changed, []);
    assert.equal(await read(), false);
    now = new Date(start.getTime() + 20 * 3_600_000);
    assert.deepEqual((await diff(types.selfSigned, args, args, root))?.replaces, ["readyForRenewal"]);
    assert.equal(await read(), true);
  });

  it("replaces on every change but that of the renewal time", async () => {
    const args = rootArgs(await newKey());
    const root = await make(types.selfSigned, args);
    const replaces = async (change: Props) =>
      (await diff(types.selfSigned, args, { ...args, ...change }, root))?.replaces;
    assert.deepEqual(await replaces({ validityPeriodHours: 48 }), ["validityPeriodHours"]);
    assert.deepEqual(await replaces({ subject: { commonName: "other" } }), ["subject"]);
    assert.deepEqual(await replaces({ earlyRenewalHours: 1 }), []);
    const key = { algorithm: "ECDSA", ecdsaCurve: "P256" };
    assert.deepEqual((await diff(types.privateKey, key, { ...key, ecdsaCurve: "P384" }, {}))?.replaces, ["ecdsaCurve"]);
  });

  it("refuses what the provider refuses, naming the property", async () => {
    const [key, other] = [await newKey(), await newKey()];
    const root = await make(types.selfSigned, rootArgs(key));
    const notAuthority = await make(types.selfSigned, { ...rootArgs(key), isCaCertificate: false });
    const request = await make(types.request, { privateKeyPem: other.privateKeyPem });
    const signing: Props = {
      certRequestPem: request.certRequestPem,
      caCertPem: root.certPem,
      caPrivateKeyPem: key.privateKeyPem,
      validityPeriodHours: 1,
      allowedUses: [],
    };
    const cases: [string, Props, string[]][] = [
      [types.privateKey, { algorithm: "DSA" }, ["algorithm"]],
      [types.privateKey, { algorithm: "ECDSA", ecdsaCurve: "P-256" }, ["ecdsaCurve"]],
      [types.request, { privateKeyPem: "nonsense" }, ["privateKeyPem"]],
      [types.request, { privateKeyPem: key.privateKeyPem, ipAddresses: ["10.0.0.300"] }, ["ipAddresses"]],
      [types.selfSigned, { ...rootArgs(key), allowedUses: undefined }, ["allowedUses"]],
      [types.selfSigned, { ...rootArgs(key), allowedUses: ["signing"] }, ["allowedUses"]],
      [types.selfSigned, { ...rootArgs(key), subject: {} }, ["subject"]],
      [types.signed, { ...signing, caCertPem: notAuthority.certPem }, ["caCertPem"]],
      [types.signed, { ...signing, caPrivateKeyPem: other.privateKeyPem }, ["caPrivateKeyPem"]],
      [types.signed, signing, []],
    ];
    for (const [type, inputs, expected] of cases) assert.deepEqual(await failures(type, inputs), expected);
  });

  it("takes values that a preview does not know yet", async () => {
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    const inputs = { certRequestPem: unknown, caCertPem: unknown, caPrivateKeyPem: unknown };
    assert.deepEqual(
      await failures(types.signed, { ...inputs, validityPeriodHours: 1, allowedUses: ["cert_signing"] }),
      [],
    );
  });
});

/** DER of an object identifier. */
function derOid(oid: string): Buffer {
  const [first = 0, second = 0, ...rest] = oid.split(".").map(Number);
  const groups = [first * 40 + second, ...rest].flatMap((arc) => {
    const bytes = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) bytes.unshift((left & 0x7f) | 0x80);
    return bytes;
  });
  return Buffer.from([6, groups.length, ...groups]);
}
