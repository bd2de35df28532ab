import { type ClusterCheck, fail, verdict } from "../common/check";

/**
 * EC2 does not check source and destination of what nodes send: Calico turned that off on every one, and is not ready on
 * a node before it did.
 */
export const sourceCheckOff: ClusterCheck = {
  id: "submariner-source-check",
  expects: "EC2 does not check the source of what nodes send",
  ofCluster: async ({ kube }) => {
    const [felix, nodes] = await Promise.all([
      kube.get({ apiVersion: "crd.projectcalico.org/v1", kind: "FelixConfiguration", name: "default" }),
      kube.get({ apiVersion: "apps/v1", kind: "DaemonSet", namespace: "calico-system", name: "calico-node" }),
    ]);
    if (!nodes) return fail("there is no calico-node in calico-system");
    const { awsSrcDstCheck } = (felix?.spec ?? {}) as { readonly awsSrcDstCheck?: string };
    const { desiredNumberScheduled: wanted = 0, numberReady: ready = 0 } = (nodes.status ?? {}) as {
      readonly desiredNumberScheduled?: number;
      readonly numberReady?: number;
    };
    return verdict(
      [
        awsSrcDstCheck !== "Disable" && `Felix leaves it as it is: awsSrcDstCheck is ${awsSrcDstCheck ?? "not set"}`,
        (wanted === 0 || ready < wanted) && `calico-node is ready on ${ready} of ${wanted} nodes`,
      ],
      `off on ${wanted} nodes`,
    );
  },
};
