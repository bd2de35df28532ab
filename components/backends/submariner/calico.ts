import type * as pulumi from "@pulumi/pulumi";
import type { EksCluster } from "../../cluster/eks-cluster";
import { labNamespace } from "../../cluster/lab-namespace";
import type { BackendConfig } from "../../plan/backend-profile";
import { installChart } from "../common/release";
import { addressesOf, podCidrOf } from "./addresses";
import { submarinerCharts } from "./charts";
import type { SubmarinerSettings } from "./settings";

const namespaceName = "tigera-operator";

/**
 * Calico on a cluster that has no nodes yet: its definitions, its operator, and what the operator is to install. The
 * operator's pod runs in the host's network and tolerates a node that is not ready, so the first node brings it up.
 *
 * All of it ends with the cluster and is not taken down before. It outlives the nodes, and without nodes the chart's
 * uninstall would wait forever: it starts a pod that cleans up.
 */
export function installCalico(
  cluster: EksCluster,
  config: BackendConfig<SubmarinerSettings>,
  parent: pulumi.Resource,
): pulumi.Resource[] {
  const name = `${cluster.plan.key}-calico`;
  const child = { parent, provider: cluster.provider, deletedWith: cluster };
  const namespace = labNamespace(name, { cluster, namespace: namespaceName }, { parent, deletedWith: cluster });
  const definitions = installChart(
    `${name}-definitions`,
    {
      chart: submarinerCharts.calicoDefinitions,
      release: "calico-definitions",
      namespace,
      values: {},
      sources: config,
    },
    child,
  );
  const operator = installChart(
    name,
    {
      chart: submarinerCharts.calico,
      release: "calico",
      namespace,
      values: calicoValues(config, cluster.plan),
      sources: config,
      skipAwait: true,
    },
    { ...child, dependsOn: definitions },
  );
  return [operator];
}

/**
 * Taints of a new node until it has a network, which the operator brings. Not a cordon's, which its chart tolerates as
 * well: put out of a node that is to go, the operator would come back to it until EKS stops waiting.
 */
const beforeNetwork = ["not-ready", "network-unavailable"]
  .map((condition) => `node.kubernetes.io/${condition}`)
  .concat("node.cloudprovider.kubernetes.io/uninitialized")
  .map((key) => ({ key, operator: "Exists" }));

/** Values of the operator's chart for one cluster. */
export function calicoValues(config: BackendConfig<SubmarinerSettings>, cluster: EksCluster["plan"]) {
  return {
    installation: {
      kubernetesProvider: "EKS",
      // On EKS the operator would leave addresses to the VPC CNI.
      cni: { type: "Calico" },
      calicoNetwork: {
        bgp: "Disabled",
        linuxDataplane: "Iptables",
        mtu: cluster.mtu.pod,
        ipPools: [
          { name: "pods", cidr: podCidrOf(cluster), encapsulation: "VXLAN", natOutgoing: "Enabled" },
          ...remotePools(config, cluster.name),
        ],
      },
    },
    // Submariner's route agent writes pools through it. On EKS its pods are in the host's network, where the control plane
    // reaches them.
    apiServer: { enabled: true },
    // Felix turns EC2's check of source and destination off on its node, and is not ready before. The node's role may, by
    // the CNI's policy (felix, aws/ec2.go; AmazonEKS_CNI_Policy).
    defaultFelixConfiguration: { enabled: true, awsSrcDstCheck: "Disable" },
    tolerations: beforeNetwork,
    goldmane: { enabled: false },
    whisker: { enabled: false },
  };
}

/**
 * A pool for each range of the peers, from which no pod gets an address: Calico hides pods behind their node's address on
 * the way out of all pools, and packets to peers must arrive as they are.
 *
 * The route agent makes the same pools when it has heard of a peer. These are there before the first pod, and bear the
 * names that it would give them (submariner, ippool_handler.go): a second pool of the same range would be refused.
 */
function remotePools(config: BackendConfig<SubmarinerSettings>, here: string) {
  return config.clusters
    .filter((peer) => peer.name !== here)
    .flatMap((peer) =>
      addressesOf(config, peer).map((cidr) => ({
        name: `submariner-${peer.name}-${cidr.replace("/", "-")}`,
        cidr,
        // The operator refuses pools without encapsulation where there is no BGP. Nothing is sent from this one.
        encapsulation: "VXLAN",
        natOutgoing: "Disabled",
        disableNewAllocations: true,
      })),
    );
}
