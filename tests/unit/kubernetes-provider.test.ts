import assert from "node:assert/strict";
import type { Props } from "../../rehearsal/base/operations";
import { kubernetesConfig } from "../../rehearsal/providers/kubernetes/config";
import { difference, observed } from "../../rehearsal/providers/kubernetes/difference";
import { withoutValues } from "../../rehearsal/providers/kubernetes/helm";
import { idOf, kindOf, named, refOf } from "../../rehearsal/providers/kubernetes/identity";
import { endpointsReadiness, hasEndpoints, readiness } from "../../rehearsal/providers/kubernetes/readiness";

const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("The kubernetes provider's stand-in", () => {
  describe("names", () => {
    const chosen = { metadata: { name: "app-1234567", annotations: { "pulumi.com/autonamed": "true" } } };
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    const cases: [string, Props, Props, unknown][] = [
      ["keeps the user's own name", { metadata: { name: "mine" } }, {}, { name: "mine" }],
      ["chooses one and marks it", {}, {}, { name: "app-abcdefg", annotations: { "pulumi.com/autonamed": "true" } }],
      ["keeps the one it chose before", { metadata: {} }, chosen, chosen.metadata],
      [
        "does not keep a name that the user gave up",
        { metadata: {} },
        { metadata: { name: "mine" } },
        { name: "app-abcdefg", annotations: { "pulumi.com/autonamed": "true" } },
      ],
      ["leaves metadata alone that is not known yet", { metadata: unknown }, {}, unknown],
    ];
    for (const [title, news, olds, expected] of cases)
      it(title, () => assert.deepEqual(named("app", "abcdefg", news, olds).metadata, expected));

    it("reads type tokens", () => {
      assert.deepEqual(kindOf("kubernetes:core/v1:Secret"), { apiVersion: "v1", kind: "Secret" });
      assert.deepEqual(kindOf("kubernetes:networking.istio.io/v1:Gateway"), {
        apiVersion: "networking.istio.io/v1",
        kind: "Gateway",
      });
      assert.equal(kindOf("pulumi:providers:kubernetes"), undefined);
    });

    it("finds an object again by its id", () => {
      const kind = { apiVersion: "v1", kind: "Secret" };
      for (const metadata of [{ name: "a", namespace: "b" }, { name: "a" }])
        assert.deepEqual(refOf(idOf({ metadata }), kind), { ...kind, ...metadata });
    });
  });

  describe("difference", () => {
    const object = (apiVersion: string, kind: string, rest: Props): Props => ({
      apiVersion,
      kind,
      ...rest,
      metadata: { name: "x", namespace: "n", ...rest.metadata },
    });
    const cases: [string, Props, Props, string[], string[], boolean][] = [
      [
        "none",
        object("v1", "Secret", { data: { a: "b" } }),
        object("v1", "Secret", { data: { a: "b" } }),
        [],
        [],
        false,
      ],
      [
        "an absent namespace is the default one",
        object("v1", "Secret", { metadata: { namespace: "default" } }),
        object("v1", "Secret", { metadata: { namespace: undefined } }),
        ["metadata"],
        [],
        false,
      ],
      [
        "text and base64 are the same content",
        object("v1", "Secret", { stringData: { a: "b" } }),
        object("v1", "Secret", { data: { a: base64("b") } }),
        [],
        [],
        false,
      ],
      [
        "a Secret's data changes in place",
        object("v1", "Secret", { data: { a: "b" } }),
        object("v1", "Secret", { data: { a: "c" } }),
        ["data"],
        [],
        false,
      ],
      [
        "that of an immutable one does not",
        object("v1", "Secret", { immutable: true, data: { a: "b" } }),
        object("v1", "Secret", { immutable: true, data: { a: "c" } }),
        ["data"],
        ["data"],
        true,
      ],
      [
        "nor that of an immutable ConfigMap",
        object("v1", "ConfigMap", { immutable: true, data: { a: "b" } }),
        object("v1", "ConfigMap", { immutable: true, data: { a: "c" } }),
        ["data"],
        ["data"],
        true,
      ],
      [
        "a Secret's type is fixed",
        object("v1", "Secret", { type: "Opaque" }),
        object("v1", "Secret", { type: "x" }),
        ["type"],
        ["type"],
        true,
      ],
      [
        "a Deployment's selector is fixed",
        object("apps/v1", "Deployment", { spec: { selector: { matchLabels: { a: "b" } } } }),
        object("apps/v1", "Deployment", { spec: { selector: { matchLabels: { a: "c" } } } }),
        ["spec"],
        ["spec"],
        true,
      ],
      [
        "its replicas are not",
        object("apps/v1", "Deployment", { spec: { replicas: 1 } }),
        object("apps/v1", "Deployment", { spec: { replicas: 2 } }),
        ["spec"],
        [],
        false,
      ],
      [
        "a Service's address is fixed",
        object("v1", "Service", { spec: { clusterIP: "None" } }),
        object("v1", "Service", { spec: {} }),
        ["spec"],
        ["spec"],
        true,
      ],
      [
        "a Job's template is fixed",
        object("batch/v1", "Job", { spec: { template: { a: 1 } } }),
        object("batch/v1", "Job", { spec: { template: { a: 2 } } }),
        ["spec"],
        ["spec"],
        true,
      ],
      [
        "a chosen name leaves room for the new object beside the old one",
        object("v1", "Secret", { type: "a", metadata: { annotations: { "pulumi.com/autonamed": "true" } } }),
        object("v1", "Secret", { type: "b", metadata: { annotations: { "pulumi.com/autonamed": "true" } } }),
        ["type"],
        ["type"],
        false,
      ],
      [
        "so does another namespace",
        object("v1", "Secret", { metadata: { namespace: "a" } }),
        object("v1", "Secret", { metadata: { namespace: "b" } }),
        ["metadata"],
        ["metadata"],
        false,
      ],
      [
        "and another name",
        object("v1", "Secret", { metadata: { name: "a" } }),
        object("v1", "Secret", { metadata: { name: "b" } }),
        ["metadata"],
        ["metadata"],
        false,
      ],
    ];
    for (const [title, before, after, changed, replaces, deleteBeforeReplace] of cases)
      it(title, () => assert.deepEqual(difference(before, after), { changed, replaces, deleteBeforeReplace }));

    it("makes ConfigMaps and Secrets anew unless the provider is told that their content may change in place", () => {
      const settings = { enableConfigMapMutable: "true", enableSecretMutable: "true" };
      for (const kind of ["ConfigMap", "Secret"] as const) {
        const change = (given: Props) =>
          difference(
            object("v1", kind, { data: { a: "b" } }),
            object("v1", kind, { data: { a: "c" } }),
            kubernetesConfig({ kubeconfig: "{}", ...given }).mutable,
          );
        const anew = { changed: ["data"], replaces: ["data"], deleteBeforeReplace: true };
        assert.deepEqual(change({}), anew);
        assert.deepEqual(change({ ...settings, [`enable${kind}Mutable`]: "false" }), anew);
        assert.deepEqual(change(settings), { changed: ["data"], replaces: [], deleteBeforeReplace: false });
      }
    });
  });

  describe("drift", () => {
    const cases: [string, Props, Props, Props, unknown][] = [
      [
        "nothing happened",
        { spec: { cpu: "1000m" } },
        { spec: { cpu: "1" } },
        { spec: { cpu: "1" } },
        { spec: { cpu: "1000m" } },
      ],
      [
        "a value changed",
        { spec: { a: 1, b: 2 } },
        { spec: { a: 1, b: 2 } },
        { spec: { a: 1, b: 3 } },
        { spec: { a: 1, b: 3 } },
      ],
      ["a field went", { spec: { a: 1, b: 2 } }, { spec: { a: 1, b: 2 } }, { spec: { a: 1 } }, { spec: { a: 1 } }],
      [
        "others' fields do not matter",
        { spec: { a: 1 } },
        { spec: { a: 1 } },
        { spec: { a: 1, c: 9 } },
        { spec: { a: 1 } },
      ],
      [
        "one item of a list changed",
        { l: [{ a: 1 }] },
        { l: [{ a: 1, d: 0 }] },
        { l: [{ a: 2, d: 0 }] },
        { l: [{ a: 2 }] },
      ],
      ["empty maps are left out by the server", { data: {} }, {}, {}, { data: {} }],
      ["nothing is known of before", { spec: { a: 1 } }, {}, { spec: { a: 2, b: 3 } }, { spec: { a: 2 } }],
      [
        "text of a Secret",
        { kind: "Secret", stringData: { a: "x", b: "y" } },
        { kind: "Secret", data: { a: base64("x"), b: base64("y") } },
        { kind: "Secret", data: { a: base64("z"), b: base64("y") } },
        { kind: "Secret", stringData: { a: "z", b: "y" } },
      ],
    ];
    for (const [title, inputs, before, live, expected] of cases)
      it(title, () => assert.deepEqual(observed(inputs, before, live), expected));
  });

  describe("readiness", () => {
    const condition = (type: string, status: string, message = "why") => ({ conditions: [{ type, status, message }] });
    const object = (apiVersion: string, kind: string, spec: Props, status: Props): Props => ({
      apiVersion,
      kind,
      metadata: { name: "x", generation: 2 },
      spec,
      status: { observedGeneration: 2, ...status },
    });
    const deployment = (status: Props) => object("apps/v1", "Deployment", { replicas: 2 }, status);
    const whole = { updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
    const crd = "apiextensions.k8s.io/v1";
    const asking = (jsonpath: string, status: Props): Props => ({
      apiVersion: "servicemesh.cisco.com/v1alpha1",
      kind: "IstioControlPlane",
      metadata: { name: "x", annotations: { "pulumi.com/waitFor": `jsonpath=${jsonpath}` } },
      status,
    });
    const token = { apiVersion: "v1", kind: "Secret", type: "kubernetes.io/service-account-token", metadata: {} };
    const cases: [string, Props, "ready" | "waiting" | "failed"][] = [
      ["Deployment rolled out", deployment(whole), "ready"],
      ["Deployment not seen by its controller", deployment({ ...whole, observedGeneration: 1 }), "waiting"],
      ["Deployment with old Pods", deployment({ ...whole, updatedReplicas: 1 }), "waiting"],
      ["Deployment of none", object("apps/v1", "Deployment", { replicas: 0 }, {}), "ready"],
      [
        "StatefulSet",
        object("apps/v1", "StatefulSet", {}, { readyReplicas: 1, currentRevision: "a", updateRevision: "a" }),
        "ready",
      ],
      [
        "StatefulSet in between",
        object("apps/v1", "StatefulSet", {}, { readyReplicas: 1, currentRevision: "a", updateRevision: "b" }),
        "waiting",
      ],
      [
        "DaemonSet",
        object(
          "apps/v1",
          "DaemonSet",
          {},
          { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 },
        ),
        "ready",
      ],
      ["a field that is asked for", asking("{.status.gatewayAddress}", { gatewayAddress: ["10.0.0.1"] }), "ready"],
      ["a field that is not there yet", asking("{.status.gatewayAddress}", { status: "Available" }), "waiting"],
      ["a field with the value", asking("{.status.status}=Available", { status: "Available" }), "ready"],
      ["a field with another value", asking("{.status.status}=Available", { status: "Reconciling" }), "waiting"],
      ["a wait that the rehearsal does not know", asking("{.status.list[0]}", {}), "failed"],
      ["DaemonSet without nodes", object("apps/v1", "DaemonSet", {}, {}), "ready"],
      ["load balancer without address", object("v1", "Service", { type: "LoadBalancer" }, {}), "waiting"],
      [
        "load balancer",
        object("v1", "Service", { type: "LoadBalancer" }, { loadBalancer: { ingress: [{ hostname: "a" }] } }),
        "ready",
      ],
      ["Service", object("v1", "Service", {}, {}), "ready"],
      ["Pod", object("v1", "Pod", {}, { phase: "Running", ...condition("Ready", "True") }), "ready"],
      ["Pod that failed", object("v1", "Pod", {}, { phase: "Failed" }), "failed"],
      ["Job", object("batch/v1", "Job", {}, condition("Complete", "True")), "ready"],
      ["Job that failed", object("batch/v1", "Job", {}, condition("Failed", "True")), "failed"],
      ["token not filled in", token, "waiting"],
      ["token", { ...token, data: { token: "x" } }, "ready"],
      ["CRD", object(crd, "CustomResourceDefinition", {}, condition("Established", "True")), "ready"],
      [
        "CRD with a name taken",
        object(crd, "CustomResourceDefinition", {}, condition("NamesAccepted", "False")),
        "failed",
      ],
      ["ConfigMap", { apiVersion: "v1", kind: "ConfigMap", metadata: {} }, "ready"],
    ];
    for (const [title, given, expected] of cases)
      it(title, () => {
        const { ready, failed, reasons } = readiness(given);
        assert.equal(ready ? "ready" : failed ? "failed" : "waiting", expected);
        assert.equal(reasons.length > 0, !ready);
      });

    it("looks at Endpoints only where Pods are selected", () => {
      const service = (spec: Props) => hasEndpoints({ apiVersion: "v1", kind: "Service", spec });
      const selector = { a: "b" };
      assert.equal(service({ selector }), true);
      assert.equal(service({ selector, clusterIP: "None" }), false);
      assert.equal(service({ selector, type: "ExternalName" }), false);
      assert.equal(service({}), false);
      assert.equal(endpointsReadiness({}).ready, true);
      assert.equal(endpointsReadiness({ subsets: [{ notReadyAddresses: [{ ip: "10.0.0.1" }] }] }).ready, false);
    });
  });

  it("tells helm's errors without values", () => {
    const values = { port: "80", nested: [{ password: "correct-horse" }] };
    const message = `bad correct-horse and ${base64("correct-horse")} on 80`;
    assert.equal(withoutValues(message, values), "bad [value] and [value] on 80");
  });
});
