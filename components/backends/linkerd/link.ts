import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { calledPort } from "../../plan/balancer";
import { tokenKubeconfig } from "../common/kubeconfig";
import type { LinkerdInstalled } from "./installed";
import { exportLabel, type LinkerdMode } from "./modes";
import {
  balancerName,
  clusterDomain,
  controlNamespace,
  credentialsSecret,
  credentialsType,
  destinationMetadata,
  gatewayIdentity,
  gatewayPort,
  mirrorController,
  probePath,
  probePeriod,
  probePort,
} from "./names";

/** Whose Services appear where, and how. */
export interface LinkArgs {
  /** The cluster into which they are mirrored. */
  readonly here: LinkerdInstalled;
  /** The cluster that has them. */
  readonly peer: LinkerdInstalled;
  /** How they are reached. */
  readonly mode: LinkerdMode;
  /** Whether the link also makes the peer's global Services part of federated ones, whatever the mode. */
  readonly federated: boolean;
}

/** What a Link needs of its credentials. */
interface Credentials {
  /** Of the mirroring controller's Secret. */
  readonly name: pulumi.Output<string>;
  /** What must be there before the Link says that they are. */
  readonly needed: readonly pulumi.Resource[];
}

/**
 * What makes Services of a peer appear here: a Link and the credentials that it names, as `linkerd multicluster link-gen`
 * would write them (linkerd2, multicluster/cmd/link-gen.go).
 */
export class Link extends pulumi.ComponentResource {
  /** The Link itself. It outlives the Services that are exported: a mirror goes only while there is a Link. */
  public readonly link: pulumi.Resource;

  constructor(
    private readonly prefix: string,
    private readonly args: LinkArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:linkerd:Link", prefix, {}, opts);
    this.link = this.makeLink(this.credentials());
    this.registerOutputs({});
  }

  private get child() {
    return { parent: this, provider: this.args.here.cluster.provider };
  }

  /**
   * They are there twice: for the mirroring controller, and for the destination controller, which looks up the peer's
   * endpoints itself where the network is flat. When they change, the first copy stays until the Link names the next one.
   * The second goes before: with the old one the destination controller forgets the cluster, whatever other copy there is
   * (linkerd2, destination/watcher/cluster_store.go, removeCluster).
   */
  private credentials(): Credentials {
    const { here, peer } = this.args;
    const { name: cluster } = peer.cluster.plan;
    const kubeconfig = tokenKubeconfig(peer.cluster, peer.reader.token);
    // A digest gives nothing away.
    const name = pulumi.unsecret(kubeconfig.apply((text) => credentialsSecret(cluster, text)));
    const copy = (suffix: string, metadata: k8s.types.input.meta.v1.ObjectMeta, opts: pulumi.CustomResourceOptions) =>
      new k8s.core.v1.Secret(
        `${this.prefix}-${suffix}`,
        { metadata: { name, ...metadata }, type: credentialsType, stringData: { kubeconfig } },
        { ...this.child, dependsOn: here.multicluster, ...opts },
      );
    const mirroring = copy("mirroring", { namespace: here.multiclusterNamespace }, {});
    const destination = { namespace: here.namespace, ...destinationMetadata(cluster) };
    return {
      name: mirroring.metadata.name,
      needed: [this.reader(mirroring.metadata.name), copy("destination", destination, { deleteBeforeReplace: true })],
    };
  }

  /** The chart lets the controller read a Secret whose name is always the same. */
  private reader(secret: pulumi.Output<string>): pulumi.Resource {
    const { here, peer } = this.args;
    const namespace = here.multiclusterNamespace;
    const controller = mirrorController(peer.cluster.plan.name);
    const name = `${controller}-credentials`;
    const role = new k8s.rbac.v1.Role(
      this.prefix,
      {
        metadata: { name, namespace },
        rules: [{ apiGroups: [""], resources: ["secrets"], resourceNames: [secret], verbs: ["get"] }],
      },
      this.child,
    );
    return new k8s.rbac.v1.RoleBinding(
      this.prefix,
      {
        metadata: { name, namespace },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
        subjects: [{ kind: "ServiceAccount", name: controller, namespace }],
      },
      this.child,
    );
  }

  private makeLink(credentials: Credentials): pulumi.Resource {
    const { here, peer, mode, federated } = this.args;
    const { name } = peer.cluster.plan;
    return new k8s.apiextensions.CustomResource(
      this.prefix,
      {
        apiVersion: "multicluster.linkerd.io/v1alpha3",
        kind: "Link",
        metadata: { name, namespace: here.multiclusterNamespace },
        spec: {
          targetClusterName: name,
          targetClusterDomain: clusterDomain,
          targetClusterLinkerdNamespace: controlNamespace,
          clusterCredentialsSecret: credentials.name,
          ...gatewaySpec(peer),
          ...selectors(mode),
          ...(federated ? selectors("federated") : {}),
        },
      },
      // On the way down the Link goes while there is still a controller to see it go.
      { ...this.child, dependsOn: [here.multicluster, ...credentials.needed] },
    );
  }
}

/** Where the peer's gateway is; an address that has changed reaches the Link with the next `pulumi up`. */
function gatewaySpec({ gatewayAddress, cluster }: LinkerdInstalled) {
  const planned = cluster.plan.balancers.find(({ name }) => name === balancerName);
  if (!gatewayAddress || !planned) return {};
  const called = (port: number) => {
    const found = planned.ports.find((each) => each.port === port);
    return String(found ? calledPort(planned, found) : port);
  };
  const { way } = planned;
  return {
    // Several are separated by commas (linkerd2, multicluster/service-mirror: resolveGatewayAddress).
    gatewayAddress: way.kind === "node-ports" ? way.addresses.join(",") : gatewayAddress,
    gatewayPort: called(gatewayPort),
    gatewayIdentity,
    probeSpec: {
      path: probePath,
      port: called(probePort),
      period: `${probePeriod}s`,
      timeout: "30s",
      failureThreshold: "3",
    },
  };
}

/** Which of the peer's Services are mirrored. A selector that is not there selects nothing. */
function selectors(mode: LinkerdMode) {
  const field = {
    gateway: "selector",
    "remote-discovery": "remoteDiscoverySelector",
    federated: "federatedServiceSelector",
  }[mode];
  return { [field]: { matchLabels: exportLabel(mode) } };
}
