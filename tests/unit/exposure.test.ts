import { deepEqual } from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { formsOf, found } from "../support/exposure";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = privateKey.export({ type: "pkcs8", format: "pem" });
const sec1 = privateKey.export({ type: "sec1", format: "pem" });
const token = [{ alg: "RS256", kid: "k" }, { iss: "kubernetes/serviceaccount" }]
  .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
  .join(".");
const psk = "0123456789abcdef0123";

describe("the search for secrets in clear", () => {
  const known = [{ name: "Secret ns/psk psk", forms: formsOf(psk) }];
  const planted: readonly (readonly [what: string, text: string, finding: string])[] = [
    ["a private key", `{"key":${JSON.stringify(pem)}}`, "a private key in it"],
    ["a private key in base64", `{"tls.key":"${base64(String(pem))}"}`, "a private key in base64 in it"],
    [
      "a private key of another format in base64",
      `{"tls.key":"${base64(String(sec1))}"}`,
      "a private key in base64 in it",
    ],
    ["a private key after a certificate in base64", base64(`ab${pem}`), "a private key in base64 in it"],
    ["a token", `Authorization: Bearer ${token}.c2lnbmF0dXJl`, "a token in it"],
    ["a pre-shared key", `psk=${psk}`, "Secret ns/psk psk in it"],
    ["a pre-shared key in base64", `{"psk":"${base64(psk)}"}`, "Secret ns/psk psk in it"],
  ];
  for (const [what, text, finding] of planted) {
    it(`finds ${what}`, () => deepEqual(found([{ where: "it", text }], known), [finding]));
  }

  it("lets certificates and sealed values be", () => {
    const text = `-----BEGIN CERTIFICATE-----\nMIIB\n{"ciphertext":"v1:abc=:${base64("sealed")}"}`;
    deepEqual(found([{ where: "it", text }], known), []);
  });
});
