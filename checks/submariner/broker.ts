import { brokerSecretName, operatorNamespace } from "../../components/backends/submariner/names";
import { type Access, mayDo } from "../common/access";
import { type ClusterCheck, verdict } from "../common/check";
import { lackedBy } from "../common/reader";
import { secretData } from "../common/secret";
import { readResource } from "./resource";

/** What a member does on the broker (submariner-operator 0.24, config/broker/broker-client): it signs on, and tells what it exports. */
const needed: readonly Access[] = (
  [
    ["submariner.io", "clusters"],
    ["submariner.io", "endpoints"],
    ["multicluster.x-k8s.io", "serviceimports"],
    ["discovery.k8s.io", "endpointslices"],
  ] as const
).flatMap(([group, resource]) => ["list", "watch", "create", "update"].map((verb) => ({ verb, resource, group })));

/** What a member must never be allowed on the broker's cluster. */
const forbidden: readonly Access[] = [
  { verb: "create", resource: "pods", group: "" },
  { verb: "create", resource: "secrets", group: "" },
  { verb: "create", resource: "rolebindings", group: "rbac.authorization.k8s.io" },
  { verb: "list", resource: "secrets", group: "", namespace: "kube-system" },
  { verb: "list", resource: "secrets", group: "", namespace: operatorNamespace },
  { verb: "list", resource: "endpoints", group: "submariner.io", namespace: operatorNamespace },
  { verb: "create", resource: "deployments", group: "apps", namespace: "default" },
  { verb: "list", resource: "nodes", group: "" },
];

/**
 * The member's token and the CA in its Secret open the broker's API server, which is the first cluster's; there the member
 * finds itself and everybody else, and may do nothing that is not the broker's. All that vouches for the broker is that CA.
 */
export const brokerAccess: ClusterCheck = {
  id: "submariner-broker",
  expects: "the member's credentials do on the broker what a member does, and no more",
  ofCluster: async (cluster, lab) => {
    const { spec } = await readResource(cluster);
    const data = await secretData(cluster.kube, operatorNamespace, brokerSecretName);
    const within = spec.brokerK8sRemoteNamespace;
    const member = cluster.connect(kubeconfig(`https://${spec.brokerK8sApiServer}`, data("ca.crt"), data("token")));
    const entries = await member.list("submariner.io/v1", "Cluster", { namespace: within });
    const entered = entries.map(({ metadata }) => metadata.name);
    const missing = lab.clusters.map(({ name }) => name).filter((name) => !entered.includes(name));
    const [broker] = lab.clusters;
    const lacks = await lackedBy(
      member,
      needed.map((access) => ({ ...access, namespace: within })),
    );
    const excess = await Promise.all(
      forbidden.map(async (access) => ((await mayDo(member, { namespace: within, ...access })) ? access : undefined)),
    );
    return verdict(
      [
        new URL(broker?.endpoint ?? "").host !== new URL(`https://${spec.brokerK8sApiServer}`).host &&
          `the broker is ${spec.brokerK8sApiServer}, the first cluster ${broker?.endpoint}`,
        spec.brokerK8sInsecure === true && "the broker's certificate is not verified",
        missing.length > 0 && `the broker knows no ${missing.join(", ")}`,
        ...lacks,
        ...excess.map(
          (access) => access && `the member may ${access.verb} ${access.resource} in ${access.namespace ?? within}`,
        ),
      ],
      `finds ${entered.join(", ")} on the broker, verified by its cluster's CA, and may nothing else there`,
    );
  },
};

function kubeconfig(server: string, authority: string, token: string): string {
  const cluster = { server, "certificate-authority-data": Buffer.from(authority).toString("base64") };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "broker", cluster }],
    users: [{ name: "member", user: { token } }],
    contexts: [{ name: "broker", context: { cluster: "broker", user: "member" } }],
    "current-context": "broker",
  });
}
