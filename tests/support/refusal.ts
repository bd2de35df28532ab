/** An API server that does not let namespaces be deleted, so that a lab cannot go. */
import type { KubeClient } from "../../checks/kube/client";

const apiVersion = "admissionregistration.k8s.io/v1";
const metadata = { name: "namespaces-stay" };

/** From now on. */
export async function keepNamespaces(kube: KubeClient): Promise<void> {
  const namespaces = { apiGroups: [""], apiVersions: ["v1"], operations: ["DELETE"], resources: ["namespaces"] };
  await kube.create({
    apiVersion,
    kind: "ValidatingAdmissionPolicy",
    metadata,
    spec: { matchConstraints: { resourceRules: [namespaces] }, validations: [{ expression: "false" }] },
  });
  await kube.create({
    apiVersion,
    kind: "ValidatingAdmissionPolicyBinding",
    metadata,
    spec: { policyName: metadata.name, validationActions: ["Deny"] },
  });
}

/** As before. */
export async function letNamespacesGo(kube: KubeClient): Promise<void> {
  for (const kind of ["ValidatingAdmissionPolicyBinding", "ValidatingAdmissionPolicy"]) {
    await kube.delete({ apiVersion, kind, ...metadata });
  }
}
