import type { KubeReader } from "../kube/client";

/**
 * Reads a Secret and returns a function that gives the text of a key.
 *
 * @throws when the Secret or, later, the key is not there
 */
export async function secretData(kube: KubeReader, namespace: string, name: string): Promise<(key: string) => string> {
  const secret = await kube.get({ apiVersion: "v1", kind: "Secret", namespace, name });
  if (!secret) throw new Error(`there is no Secret ${namespace}/${name}`);
  const data = (secret.data ?? {}) as Readonly<Record<string, string>>;
  return (key) => {
    const value = data[key];
    if (value === undefined) throw new Error(`Secret ${namespace}/${name} has no key ${key}`);
    return Buffer.from(value, "base64").toString();
  };
}
