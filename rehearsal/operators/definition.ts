import type { KubeObject } from "../aws/cluster/kube";

/** The schema of an object about which nothing is said. */
export const open = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

/**
 * A namespaced kind that an operator defines itself when it starts.
 *
 * @param versions what is served; the first is stored
 * @param properties schemas of its fields, e.g. `spec`
 * @param subresources e.g. a status that is written apart from the rest
 */
export function definition(
  group: string,
  versions: readonly string[],
  plural: string,
  kind: string,
  properties: object,
  subresources?: object,
): KubeObject {
  const schema = { openAPIV3Schema: { type: "object", properties } };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
      versions: versions.map((name, index) => ({
        name,
        served: true,
        storage: index === 0,
        schema,
        ...(subresources ? { subresources } : {}),
      })),
    },
  };
}
