import { partOf } from "../../components/demo/pods";
import type { KubeObject } from "../kube/client";
import { type ClusterCheck, skip, verdict } from "./check";
import { isReal, simulatedNodes, simulatedPods } from "./real-pods";

interface Pod {
  readonly spec: {
    readonly containers: readonly { readonly name: string }[];
    readonly initContainers?: readonly { readonly name: string }[];
  };
  readonly status?: {
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

interface ContainerStatus {
  readonly name: string;
  readonly ready?: boolean;
}

/**
 * The mesh's proxy is in every pod of the demo, and ready: what asks for it, on the namespace and the pods, brings it only
 * into pods that are made while the injector answers.
 *
 * @param backend begins the check's name
 * @param container name of the proxy's; a native sidecar is among the init containers
 */
export function proxiesIn(backend: string, container: string): ClusterCheck {
  return {
    id: `${backend}-proxies`,
    expects: "the mesh's proxy is in every pod of the demo, and ready",
    ofCluster: async ({ kube, carrier }, { demo }) => {
      if (carrier !== undefined) return skip(`calls are carried by ${carrier}, and pods have no proxies`);
      if (!demo) return skip("the demo is off");
      const labelSelector = Object.entries(partOf)
        .map(([key, value]) => `${key}=${value}`)
        .join(",");
      const [pods, simulated] = await Promise.all([
        kube.list("v1", "Pod", { namespace: demo.namespace, labelSelector }),
        simulatedNodes(kube),
      ]);
      if (pods.length === 0) return verdict(["there are no pods"], "");
      const real = pods.filter((pod) => isReal(pod, simulated) && pod.metadata.deletionTimestamp === undefined);
      // Nobody injects anything into those: the injector is simulated too, or its pods need not be asked.
      if (real.length === 0) return skip(simulatedPods);
      return verdict(
        real.map((pod) => lacking(pod, container)),
        `${container} in ${real.length} pods`,
      );
    },
  };
}

function lacking(object: KubeObject, container: string): string | false {
  const { spec, status = {} } = object as unknown as Pod;
  const isProxy = ({ name }: { readonly name: string }) => name === container;
  if (![...spec.containers, ...(spec.initContainers ?? [])].some(isProxy)) {
    return `${object.metadata.name} has no ${container}: delete the pod, so that it comes anew with one`;
  }
  const said = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])].find(isProxy);
  return said?.ready !== true && `${container} of ${object.metadata.name} is not ready`;
}
