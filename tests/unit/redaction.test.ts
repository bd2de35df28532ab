import { deepEqual, equal } from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { Redaction } from "../../checks/run/bundle/redaction";
import { secretsIn } from "../../rehearsal/engine/state";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = String(privateKey.export({ type: "pkcs8", format: "pem" }));
const sec1 = String(privateKey.export({ type: "sec1", format: "pem" }));
const token = [{ alg: "RS256", kid: "k" }, { iss: "kubernetes/serviceaccount" }, {}]
  .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
  .join(".");
const known = '0123456789"\nabcdef';

describe("redaction", () => {
  const redaction = new Redaction();
  redaction.learn([
    known,
    `${known} and more`,
    "short",
    "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
  ]);

  const secrets: readonly (readonly [what: string, text: string, without: string])[] = [
    ["a private key", `before ${pem.trim()} after`, "before [secret] after"],
    ["a private key of another format", `before ${sec1.trim()} after`, "before [secret] after"],
    ["a private key in JSON", `{"key":${JSON.stringify(pem.trim())}}`, '{"key":"[secret]"}'],
    ["a private key in JSON in JSON", JSON.stringify(JSON.stringify(pem.trim())), String.raw`"\"[secret]\""`],
    ["a private key that is cut off", `"${pem.slice(0, 60)}"`, '"[secret]"'],
    ["a private key in base64", `{"tls.key":"${base64(pem)}"}`, '{"tls.key":"[secret]"}'],
    ["a private key after something else in base64", `"${base64(`ab${sec1}`)}"`, '"[secret]"'],
    ["a token", `?token=${token}&more`, "?token=[secret]&more"],
    ["what a bearer shows", "Authorization: Bearer s3cr3t.s3cr3t", "Authorization: Bearer [secret]"],
    ["what is known", `psk=${known};`, "psk=[secret];"],
    ["what is known in JSON", `{"psk":${JSON.stringify(known)}}`, '{"psk":"[secret]"}'],
    ["what is known in base64", `{"psk":"${base64(known)}"}`, '{"psk":"[secret]"}'],
    ["the longer of two that are known", `psk=${known} and more;`, "psk=[secret];"],
  ];
  for (const [what, text, without] of secrets) {
    it(`takes out ${what}`, () => equal(redaction.apply(text), without));
  }

  it("lets certificates and words be", () => {
    const text = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\nPRIVATE KEY, short, a Bearer token";
    equal(redaction.apply(text), text);
  });
});

describe("secrets of a state", () => {
  const sealed = (value: unknown) => ({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    plaintext: JSON.stringify(value),
  });

  it("are the texts in what is marked", () => {
    const state = {
      deployment: {
        resources: [
          {
            urn: "a",
            inputs: { name: "shown", key: sealed("one") },
            outputs: { data: sealed({ b: "two", c: [3, "four"] }) },
          },
          { urn: "b", outputs: { count: 1, list: [sealed("five")] } },
        ],
      },
    };
    deepEqual(secretsIn(state), ["one", "two", "four", "five"]);
  });
});
