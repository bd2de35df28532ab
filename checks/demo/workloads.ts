import { redisCart, redisVariable } from "../../components/demo/boutique";
import type { DemoDescription } from "../../components/lab/description";
import { type ClusterCheck, verdict } from "../common/check";
import type { KubeObject } from "../kube/client";

interface Deployment {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly {
          readonly env?: readonly { readonly name: string; readonly value?: string }[];
        }[];
      };
    };
  };
  readonly status?: { readonly availableReplicas?: number };
}

/** Every service that shall run on the cluster does, and calls what it calls at the planned addresses. */
export const workloads: ClusterCheck = {
  id: "demo-workloads",
  expects: "the planned services run, and call each other at the planned addresses",
  ofCluster: async ({ name: cluster, kube }, { demo }) => {
    if (!demo) return { status: "skipped", detail: "the demo is off" };
    const found = await kube.list("apps/v1", "Deployment", { namespace: demo.namespace });
    const wanted = namesOn(cluster, demo);
    const running = found.map(({ metadata }) => metadata.name);
    return verdict(
      [
        ...wanted.filter((name) => !running.includes(name)).map((name) => `${name} is not there`),
        ...running.filter((name) => !wanted.includes(name)).map((name) => `${name} is not of this cluster`),
        ...found.flatMap((object) => [unavailable(object), ...misled(object, cluster, demo)]),
      ],
      wanted.join(", "),
    );
  },
};

function namesOn(cluster: string, { instances, replicas }: DemoDescription): string[] {
  return [
    ...instances.filter((instance) => instance.cluster === cluster).map(({ service }) => service),
    ...replicas.filter((replica) => replica.cluster === cluster).map(() => redisCart),
  ];
}

function unavailable(object: KubeObject): string | false {
  const { status } = object as unknown as Deployment;
  return (status?.availableReplicas ?? 0) === 0 && `no pod of ${object.metadata.name} is available`;
}

function misled(object: KubeObject, cluster: string, { instances }: DemoDescription): (string | false)[] {
  const { name } = object.metadata;
  const planned = instances.find((instance) => instance.service === name && instance.cluster === cluster);
  const { containers } = (object as unknown as Deployment).spec.template.spec;
  const env = new Map(containers.flatMap((each) => each.env ?? []).map((each) => [each.name, each.value]));
  return Object.entries(planned?.addresses ?? {}).map(([variable, address]) => {
    const given = env.get(variable);
    // The password follows the address, as a reference to a variable.
    const called = variable === redisVariable ? given?.split(",")[0] : given;
    return called !== address && `${name} calls ${called ?? "nothing"} by ${variable}, planned is ${address}`;
  });
}
