import { satisfies } from "semver";
import { type ClusterCheck, fail, verdict } from "../common/check";

const definition = "httproutes.gateway.networking.k8s.io";
const annotation = "gateway.networking.k8s.io/bundle-version";

/** Gateway API versions that Linkerd 2.20 works with (https://linkerd.io/2-edge/features/gateway-api). */
const supported = { least: "1.2.1", most: "1.5.1" };

/** The Gateway API is there in a version that Linkerd supports, and the API server took its definition. */
export const gatewayApiVersion: ClusterCheck = {
  id: "linkerd-gateway-api",
  expects: "the Gateway API is there in a version that Linkerd supports",
  ofCluster: async ({ kube }) => {
    const found = await kube.get({
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      name: definition,
    });
    if (!found) return fail(`there is no definition ${definition}`);
    const version = found.metadata.annotations?.[annotation] ?? "";
    const conditions = (found.status as { conditions?: { type: string; status: string }[] } | undefined)?.conditions;
    const established = conditions?.some(({ type, status }) => type === "Established" && status === "True");
    return verdict(
      [
        !satisfies(version, `${supported.least} - ${supported.most}`, { includePrerelease: true }) &&
          `its version is ${version || "not said"}, Linkerd supports ${supported.least} to ${supported.most}`,
        !established && "its definition is not established",
      ],
      `Gateway API ${version}`,
    );
  },
};
