/** What a member of a cluster set has from its broker: credentials for it, and the key that all gateways share. */
import { createHash } from "node:crypto";
import { field, type Kube } from "../aws/cluster/kube";
import type { Peers } from "./peers";
import type { SubmarinerSpec } from "./submariner-parts";

const namespace = "submariner-operator";

interface Credentials {
  readonly token: string;
  /** Base64 of PEM. */
  readonly authority: string;
}

/**
 * The broker's API by its own CA and the member's token: what is wrong with either shows here.
 *
 * @returns undefined when the credentials are not there, or gone
 */
export async function brokerOf(kube: Kube, spec: SubmarinerSpec, peers: Peers): Promise<Kube | undefined> {
  const credentials = await credentialsOf(kube, spec);
  return credentials && peers.at(kubeconfigFor(spec, credentials));
}

/** By what gateways know each other, so that it can be compared; undefined while the key is not there. */
export async function keyDigest(kube: Kube, spec: SubmarinerSpec): Promise<string | undefined> {
  const key = await keyOf(kube, spec);
  return key === undefined ? undefined : createHash("sha256").update(`rehearsal ${key}`).digest("hex").slice(0, 16);
}

async function credentialsOf(kube: Kube, spec: SubmarinerSpec): Promise<Credentials | undefined> {
  const { brokerK8sSecret, brokerK8sApiServerToken, brokerK8sCA } = spec;
  if (!brokerK8sSecret) {
    return brokerK8sApiServerToken ? { token: brokerK8sApiServerToken, authority: brokerK8sCA ?? "" } : undefined;
  }
  const secret = await kube.get({ apiVersion: "v1", kind: "Secret", namespace, name: brokerK8sSecret });
  const { token, "ca.crt": authority } = secret ? field<Record<string, string>>(secret, "data") : {};
  return token && authority ? { token: Buffer.from(token, "base64").toString(), authority } : undefined;
}

function kubeconfigFor({ brokerK8sApiServer }: SubmarinerSpec, { token, authority }: Credentials): string {
  const cluster = { server: `https://${brokerK8sApiServer}`, "certificate-authority-data": authority };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "broker", cluster }],
    users: [{ name: "member", user: { token } }],
    contexts: [{ name: "broker", context: { cluster: "broker", user: "member" } }],
    "current-context": "broker",
  });
}

/** Of the drivers libreswan alone reads the Secret, and vxlan knows no key (submariner, pkg/cable). */
async function keyOf(
  kube: Kube,
  { cableDriver, ceIPSecPSKSecret, ceIPSecPSK = "" }: SubmarinerSpec,
): Promise<string | undefined> {
  if (cableDriver === "vxlan") return "none";
  if (cableDriver === "wireguard" || !ceIPSecPSKSecret) return ceIPSecPSK;
  const secret = await kube.get({ apiVersion: "v1", kind: "Secret", namespace, name: ceIPSecPSKSecret });
  return secret && field<{ psk: string }>(secret, "data").psk;
}
