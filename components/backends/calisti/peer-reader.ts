import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../../cluster/cluster";
import { AccountToken } from "../common/account-token";
import { readerAccount, readerTokenSecret } from "../common/istio/remote-secret";

const read = ["get", "list", "watch"];

/**
 * The account with which the peers' istiods read. The operator makes one too, but when it likes, and under a token that
 * the program cannot wait for. Rights as in the operator's chart istio-discovery; istiod watches Secrets of every
 * cluster and does not take one for synchronised where it may not.
 */
export class PeerReader extends pulumi.ComponentResource {
  /** What the peers' remote secrets hold. */
  public readonly token: AccountToken;

  constructor(
    name: string,
    args: { readonly cluster: Cluster; readonly namespace: pulumi.Input<string>; readonly tokens: number },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:calisti:PeerReader", name, {}, opts);
    const { cluster, namespace, tokens } = args;
    const child = { parent: this, provider: cluster.provider };
    const account = new k8s.core.v1.ServiceAccount(name, { metadata: { name: readerAccount, namespace } }, child);
    const role = new k8s.rbac.v1.ClusterRole(
      name,
      {
        metadata: { name: "istio-peer-reader" },
        rules: [
          {
            apiGroups: [""],
            resources: ["endpoints", "pods", "services", "nodes", "replicationcontrollers", "namespaces", "secrets"],
            verbs: read,
          },
          { apiGroups: ["networking.istio.io", "security.istio.io"], resources: ["*"], verbs: read },
          { apiGroups: ["apiextensions.k8s.io"], resources: ["customresourcedefinitions"], verbs: read },
          { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: read },
          { apiGroups: ["apps"], resources: ["replicasets"], verbs: read },
          { apiGroups: ["authentication.k8s.io"], resources: ["tokenreviews"], verbs: ["create"] },
          { apiGroups: ["authorization.k8s.io"], resources: ["subjectaccessreviews"], verbs: ["create"] },
        ],
      },
      child,
    );
    new k8s.rbac.v1.ClusterRoleBinding(
      name,
      {
        metadata: { name: "istio-peer-reader" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role.metadata.name },
        subjects: [{ kind: "ServiceAccount", name: readerAccount, namespace }],
      },
      child,
    );
    this.token = new AccountToken(
      `${name}-token`,
      { cluster, namespace, account: readerAccount, secret: readerTokenSecret, number: tokens, after: account },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
