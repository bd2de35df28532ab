/** What a real node is made from. */

/** One node: an instance as far as its own machine knows it. */
export interface RealNodeSpec {
  /** Of the instance; no two nodes of a machine share it. */
  readonly id: string;
  /** As the kubelet registers. */
  readonly name: string;
  /** Path of its network namespace. */
  readonly netns: string;
  /** Of its primary network interface. */
  readonly address: string;
  readonly cni: NodeCni;
  /** In bytes. */
  readonly mtu: { readonly node: number; readonly pod: number };
  readonly providerId: string;
  readonly api: NodeApi;
  /** Address of the DNS resolver of its VPC. */
  readonly resolver: string;
  /** URL of the registry from which every image is pulled, whatever registry it names. */
  readonly registry: string;
  /** What the instance type gives to pods. */
  readonly allocatable: Allocatable;
}

/** Who connects its pods: the node as AWS's CNI does it, or pods of a chart, without which it does not become Ready. */
export type NodeCni =
  | {
      readonly by: "node";
      /** From which its pods have their addresses. */
      readonly podCidr: string;
    }
  | { readonly by: "chart" };

/** The cluster that the node belongs to. */
export interface NodeApi {
  /** URL of the API server. */
  readonly endpoint: string;
  /** Folder with the cluster's `ca.crt` and `ca.key`. */
  readonly pki: string;
  /** Range of the VPC: what comes from elsewhere is masqueraded by Services. */
  readonly podNetwork: string;
  /** ClusterIP of DNS. */
  readonly dns: string;
}

/** What pods can have of a node. */
export interface Allocatable {
  readonly cpuMillis: number;
  readonly memoryMib: number;
  readonly pods: number;
}

/** Programs of a node, as paths. */
export interface NodeTools {
  readonly kubelet: string;
  readonly "kube-proxy": string;
  readonly containerd: string;
  readonly "containerd-shim-runc-v2": string;
  readonly runc: string;
  /** Folder with the CNI plugins ptp, host-local, loopback and portmap. */
  readonly cniPlugins: string;
}
