import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { numbered } from "../../base/names";
import type { Cluster } from "../../cluster/cluster";
import { labNamespace } from "../../cluster/lab-namespace";
import type { BackendContext } from "../common/backend";
import { installChart } from "../common/release";
import { submarinerCharts } from "./charts";
import { brokerNamespace, memberAccount } from "./names";
import type { SubmarinerSettings } from "./settings";
import { brokerValues } from "./values";

const changes = ["create", "get", "list", "watch", "patch", "update", "delete"];

/**
 * What a member does on the broker (submariner-operator 0.24, config/broker/broker-client). It reads Secrets because the
 * operator keeps its own account's token up to date; the namespace holds nothing but the members' tokens.
 */
const memberRules = [
  { apiGroups: ["submariner.io"], resources: ["clusters", "endpoints"], verbs: changes },
  { apiGroups: ["multicluster.x-k8s.io"], resources: ["serviceimports", "serviceimports/status"], verbs: changes },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices", "endpointslices/restricted"], verbs: changes },
  { apiGroups: [""], resources: ["secrets"], verbs: ["get", "list", "watch"] },
];

/** What a member shows to the broker: a ServiceAccount's token, and the CA by which it knows the broker's API server. */
export interface Credentials {
  /** The data of a Secret, `token` and `ca.crt` among them. Secret. */
  readonly data: pulumi.Output<Record<string, string>>;
  /** What gives the account its rights: a member signs on after it. */
  readonly grant: pulumi.Resource;
}

/** The place where clusters find each other: definitions, and for every member an account that may use them and no more. */
export class Broker extends pulumi.ComponentResource {
  private readonly credentials = new Map<string, Credentials>();

  constructor(
    name: string,
    cluster: Cluster,
    { config, clusters }: BackendContext<SubmarinerSettings>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:submariner:Broker", name, {}, opts);
    const child = { parent: this, provider: cluster.provider };
    const namespace = labNamespace(name, { cluster, namespace: brokerNamespace }, { parent: this });
    const definitions = installChart(
      name,
      {
        chart: submarinerCharts.broker,
        release: brokerNamespace,
        namespace,
        values: brokerValues,
        sources: config,
      },
      child,
    );
    const role = new k8s.rbac.v1.Role(
      name,
      { metadata: { name: "submariner-member", namespace }, rules: memberRules },
      child,
    );
    for (const member of clusters) {
      const place = {
        member: member.name,
        namespace,
        role: role.metadata.name,
        definitions,
        tokens: config.trust.tokens,
      };
      this.credentials.set(member.name, credentials(`${name}-${member.key}`, place, child));
    }
    this.registerOutputs({});
  }

  /**
   * Those of one member.
   *
   * @throws when the lab has no such cluster
   */
  credentialsOf(member: string): Credentials {
    const found = this.credentials.get(member);
    if (!found) throw new Error(`the broker knows no member ${member}`);
    return found;
  }
}

/** An account of the broker's, its rights and its token. */
function credentials(
  name: string,
  args: {
    readonly member: string;
    readonly namespace: pulumi.Input<string>;
    readonly role: pulumi.Input<string>;
    readonly definitions: pulumi.Resource;
    readonly tokens: number;
  },
  child: pulumi.CustomResourceOptions,
): Credentials {
  const { member, namespace, role, definitions, tokens } = args;
  const accountName = memberAccount(member);
  const account = new k8s.core.v1.ServiceAccount(
    name,
    { metadata: { name: accountName, namespace } },
    // Accounts outlive nothing that still has to sign off, and come when there is something to sign on to.
    { ...child, dependsOn: definitions },
  ).metadata.name;
  const grant = new k8s.rbac.v1.RoleBinding(
    name,
    {
      metadata: { name: accountName, namespace },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role },
      subjects: [{ kind: "ServiceAccount", name: account, namespace }],
    },
    child,
  );
  const annotations = { "kubernetes.io/service-account.name": account };
  const token = new k8s.core.v1.Secret(
    numbered(name, tokens),
    {
      metadata: { name: numbered(`${accountName}-token`, tokens), namespace, annotations },
      type: "kubernetes.io/service-account-token",
    },
    { ...child, additionalSecretOutputs: ["data"] },
  );
  return { data: pulumi.secret(token.data), grant };
}
