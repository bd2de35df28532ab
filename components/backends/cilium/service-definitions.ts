/**
 * The kinds of the Multi-Cluster Services API as custom resource definitions, in the fields of mcs-api 0.5.2, the release
 * that Cilium 1.20.2 is built with. Cilium's operator and API server of the mesh read version v1beta1, CoreDNS reads v1alpha1;
 * both have the same fields.
 */

/** Part of an OpenAPI schema. */
type Schema = Readonly<Record<string, unknown>>;

interface Column {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
}

const string: Schema = { type: "string" };
const strings: Schema = { type: "object", additionalProperties: string };
const object = (properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema => ({
  type: "object",
  properties,
  ...(required.length > 0 ? { required } : {}),
});
/** A list whose entries are told apart by a field. */
const listBy = (key: string, items: Schema): Schema => ({
  type: "array",
  items,
  "x-kubernetes-list-type": "map",
  "x-kubernetes-list-map-keys": [key],
});

/** What Kubernetes' own kinds have under `status.conditions` (apimachinery, meta/v1 Condition). */
const conditions = listBy(
  "type",
  object(
    {
      type: { type: "string", maxLength: 316 },
      status: { type: "string", enum: ["True", "False", "Unknown"] },
      reason: { type: "string", minLength: 1, maxLength: 1024 },
      message: { type: "string", maxLength: 32768 },
      lastTransitionTime: { type: "string", format: "date-time" },
      observedGeneration: { type: "integer", format: "int64", minimum: 0 },
    },
    ["type", "status", "reason", "message", "lastTransitionTime"],
  ),
);

const exportSpec = object({ exportedAnnotations: strings, exportedLabels: strings });
const exportStatus = object({ conditions });

const importSpec = object(
  {
    type: { type: "string", enum: ["ClusterSetIP", "Headless"] },
    // One of each family.
    ips: { type: "array", maxItems: 2, items: string },
    ipFamilies: { type: "array", maxItems: 2, items: string },
    ports: {
      type: "array",
      "x-kubernetes-list-type": "atomic",
      items: object(
        { name: string, protocol: string, appProtocol: string, port: { type: "integer", format: "int32" } },
        ["port"],
      ),
    },
    sessionAffinity: string,
    sessionAffinityConfig: object({ clientIP: object({ timeoutSeconds: { type: "integer", format: "int32" } }) }),
    internalTrafficPolicy: string,
    trafficDistribution: string,
  },
  ["type", "ports"],
);
const importStatus = object({
  clusters: listBy("cluster", object({ cluster: string }, ["cluster"])),
  conditions,
  endpointSliceObjects: { type: "string", enum: ["Present", "Absent"] },
});

function definition(
  kind: string,
  shortNames: string[],
  columns: readonly Column[],
  properties: { readonly spec: Schema; readonly status: Schema },
) {
  const singular = kind.toLowerCase();
  const plural = `${singular}s`;
  const group = "multicluster.x-k8s.io";
  return {
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: "Namespaced" as const,
      names: { kind, listKind: `${kind}List`, plural, singular, shortNames },
      versions: ["v1alpha1", "v1beta1"].map((name) => ({
        name,
        served: true,
        storage: name === "v1beta1",
        subresources: { status: {} },
        additionalPrinterColumns: [...columns, { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" }],
        schema: { openAPIV3Schema: object({ ...properties }) },
      })),
    },
  };
}

/** ServiceExport, which the program makes, and ServiceImport, which Cilium makes of the peers' exports. */
export const serviceDefinitions = [
  definition("ServiceExport", ["svcex", "svcexport"], [], { spec: exportSpec, status: exportStatus }),
  definition(
    "ServiceImport",
    ["svcim", "svcimport"],
    [
      { name: "Type", type: "string", jsonPath: ".spec.type" },
      { name: "IP", type: "string", jsonPath: ".spec.ips" },
    ],
    { spec: importSpec, status: importStatus },
  ),
];
