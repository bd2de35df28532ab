/** Secrets, where they are readable by whoever may read anything. */
import type { Props, ResourceRule } from "../base/rule";

/** How secrets look: a private key, a service account's token, a key of AWS's. */
const shapes: Readonly<Record<string, RegExp>> = {
  "a private key": /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/,
  "a token": /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/,
  "an access key of AWS": /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
};

/** Encoded, a key begins so at each of three offsets (RFC 4648), up to where its kind is named. */
const encodedKey = /LS0tLS1CRUdJTi|0tLS0tQkVHSU4|tLS0tLUJFR0lO/;

export const secretRules: readonly ResourceRule[] = [
  {
    id: "no-secret-in-clear",
    promise: "Keys and tokens are in Secrets, and nowhere else in Kubernetes, AWS or a chart's values",
    source: "Checkov CKV_SECRET_2, CKV_SECRET_9, CKV_SECRET_13",
    of: "resource",
    problems: ({ type, props }) => {
      if (!isReadable(type)) return [];
      return textsIn(props).flatMap(({ path, text }) =>
        Object.entries(shapes).flatMap(([what, shape]) => (shape.test(decoded(text)) ? [`${path} has ${what}`] : [])),
      );
    },
  },
];

/** Keys' own resources and Secrets hold secrets, and Pulumi keeps these encrypted in its state. */
function isReadable(type: string): boolean {
  return /^(kubernetes|aws|eks):/.test(type) && type !== "kubernetes:core/v1:Secret";
}

/** Every text within, with the way to it. */
function textsIn(value: unknown, path = ""): { readonly path: string; readonly text: string }[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (!value || typeof value !== "object") return [];
  return Object.entries(value as Props).flatMap(([key, inner]) => textsIn(inner, path ? `${path}.${key}` : key));
}

function decoded(text: string): string {
  return encodedKey.test(text) ? `${text}\n${Buffer.from(text, "base64").toString("latin1")}` : text;
}
