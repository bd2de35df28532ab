import { keyField, keySecretName, operatorNamespace } from "../../components/backends/submariner/names";
import { wireguardKey } from "../../components/backends/submariner/wireguard-key";
import { type ClusterCheck, fail, type LiveCluster, type PairCheck, verdict } from "../common/check";
import { readResource } from "./resource";

/** Base64 of the pre-shared key, or undefined. */
async function readKey({ kube }: LiveCluster): Promise<string | undefined> {
  const found = await kube.get({ apiVersion: "v1", kind: "Secret", namespace: operatorNamespace, name: keySecretName });
  return (found?.data as Readonly<Record<string, string>> | undefined)?.[keyField];
}

/** Both clusters have the same key: it is all by which their gateways know each other. */
export const sameKey: PairCheck = {
  id: "submariner-key",
  expects: "both clusters have the same pre-shared key",
  ofPair: async (here, peer) => {
    const [own, other] = await Promise.all([readKey(here), readKey(peer)]);
    return verdict(
      [
        own === undefined && `${here.name} has none`,
        other === undefined && `${peer.name} has none`,
        own !== other && "their keys differ, no tunnel comes up",
        Buffer.from(own ?? "", "base64").length < 32 && "it has less than 256 bits",
      ],
      "the same on both; tunnels know this key and no certificate",
    );
  },
};

/** Where software that was given a key shows it by mistake. */
const places = [
  ["submariner.io/v1alpha1", "Submariner"],
  ["v1", "ConfigMap"],
  ["v1", "Pod"],
  ["v1", "Event"],
  ["apps/v1", "DaemonSet"],
  ["apps/v1", "Deployment"],
  ["submariner.io/v1", "Gateway"],
  ["submariner.io/v1", "Endpoint"],
] as const;

/**
 * The key is in its Secret, and in nothing else that the operator's namespace holds. WireGuard reads no Secret, and has a
 * digest of it: without one its tunnels would know no key at all.
 */
export const keyIsSecret: ClusterCheck = {
  id: "submariner-key-secret",
  expects: "the pre-shared key is in a Secret and nowhere else",
  ofCluster: async (cluster) => {
    const key = await readKey(cluster);
    if (!key) return fail(`there is no key in Secret ${operatorNamespace}/${keySecretName}`);
    const raw = Buffer.from(key, "base64");
    const spellings = [key, raw.toString("hex"), raw.toString("base64url")];
    const found = await Promise.all(
      places.map(async ([apiVersion, kind]) => {
        const objects = await cluster.kube.list(apiVersion, kind, { namespace: operatorNamespace });
        return objects
          .filter((each) => spellings.some((spelling) => JSON.stringify(each).includes(spelling)))
          .map(({ metadata }) => `${kind} ${metadata.name} shows it`);
      }),
    );
    const { cableDriver, ceIPSecPSK } = (await readResource(cluster)).spec;
    const wireguard = cableDriver === "wireguard";
    return verdict(
      [
        ...found.flat(),
        wireguard && ceIPSecPSK !== wireguardKey(key) && "WireGuard was not given the digest of this key",
      ],
      wireguard ? "in its Secret alone, and WireGuard has its digest" : "in its Secret alone",
    );
  },
};
