/** OpenSSH's forms of a key (RFC 4253 6.6, RFC 5656 3.1, OpenSSH PROTOCOL.key), which node:crypto does not write. */
import { createHash, type KeyObject, randomBytes } from "node:crypto";

/** What the tls provider tells about a key in OpenSSH's terms; empty strings where OpenSSH has no form for it (P-224). */
export interface OpenSshForms {
  readonly privateKeyOpenssh: string;
  readonly publicKeyOpenssh: string;
  readonly publicKeyFingerprintMd5: string;
  readonly publicKeyFingerprintSha256: string;
}

const noForms: OpenSshForms = {
  privateKeyOpenssh: "",
  publicKeyOpenssh: "",
  publicKeyFingerprintMd5: "",
  publicKeyFingerprintSha256: "",
};

/** All of them. */
export function openSshForms(privateKey: KeyObject): OpenSshForms {
  const parts = wireParts(privateKey);
  if (!parts) return noForms;
  const blob = Buffer.concat([string(parts.type), ...parts.publicFields]);
  const md5 = createHash("md5").update(blob).digest("hex");
  return {
    privateKeyOpenssh: privateFile(parts.type, blob, parts.privateFields),
    publicKeyOpenssh: `${parts.type} ${blob.toString("base64")}\n`,
    publicKeyFingerprintMd5: md5.match(/../g)?.join(":") ?? "",
    publicKeyFingerprintSha256: `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`,
  };
}

interface WireParts {
  readonly type: string;
  /** Fields of the public blob after the type. */
  readonly publicFields: Buffer[];
  /** Fields of the private section after the type. */
  readonly privateFields: Buffer[];
}

function wireParts(privateKey: KeyObject): WireParts | undefined {
  if (privateKey.asymmetricKeyDetails?.namedCurve === "secp224r1") return undefined;
  const jwk = privateKey.export({ format: "jwk" });
  const number = (field: string | undefined) => Buffer.from(field ?? "", "base64url");
  switch (privateKey.asymmetricKeyType) {
    case "rsa": {
      const [e, n] = [mpint(number(jwk.e)), mpint(number(jwk.n))];
      const rest = [jwk.d, jwk.qi, jwk.p, jwk.q].map((field) => mpint(number(field)));
      return { type: "ssh-rsa", publicFields: [e, n], privateFields: [n, e, ...rest] };
    }
    case "ed25519": {
      const point = number(jwk.x);
      const seedAndPoint = string(Buffer.concat([number(jwk.d), point]));
      return { type: "ssh-ed25519", publicFields: [string(point)], privateFields: [string(point), seedAndPoint] };
    }
    case "ec": {
      const curve = { "P-256": "nistp256", "P-384": "nistp384", "P-521": "nistp521" }[jwk.crv ?? ""];
      if (!curve) return undefined;
      const point = string(Buffer.concat([Buffer.of(4), number(jwk.x), number(jwk.y)]));
      const fields = [string(curve), point];
      return { type: `ecdsa-sha2-${curve}`, publicFields: fields, privateFields: [...fields, mpint(number(jwk.d))] };
    }
    default:
      return undefined;
  }
}

/** An unencrypted openssh-key-v1 file without a comment. */
function privateFile(type: string, publicBlob: Buffer, privateFields: Buffer[]): string {
  const check = randomBytes(4);
  const section = Buffer.concat([check, check, string(type), ...privateFields, string("")]);
  const padding = Buffer.from(Array.from({ length: (8 - (section.length % 8)) % 8 }, (_, index) => index + 1));
  const file = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    string("none"),
    string("none"),
    string(""),
    uint32(1),
    string(publicBlob),
    string(Buffer.concat([section, padding])),
  ]);
  const lines = file.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN OPENSSH PRIVATE KEY-----", ...lines, "-----END OPENSSH PRIVATE KEY-----", ""].join("\n");
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}

function string(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

/** A positive integer in two's complement without needless zeros. */
function mpint(bytes: Buffer): Buffer {
  let start = 0;
  while (start < bytes.length && bytes[start] === 0) start++;
  const digits = bytes.subarray(start);
  return string((digits[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.of(0), digits]) : digits);
}
