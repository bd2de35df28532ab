/** Whether pods are there at all: what is scaled to zero breaks nothing that is written anywhere else. */
import type { KubeObject, KubeReader } from "../kube/client";
import { type ClusterCheck, type LiveCluster, type LiveLab, verdict } from "./check";

const kinds = ["DaemonSet", "Deployment", "StatefulSet"] as const;

/** What keeps pods running. */
export interface WorkloadRef {
  /** All of them are `apps/v1`. */
  readonly kind: (typeof kinds)[number];
  /** Where it is. */
  readonly namespace: string;
  /** What it is called there. */
  readonly name: string;
}

/** What runs for a backend. */
export interface Running {
  /** Under which the verdicts are listed, e.g. `istio-running`. */
  readonly id: string;
  /** What it is to be like. */
  readonly expects: string;
  /** Namespaces that are the backend's alone: of all that is there, every pod that is wanted must be available. */
  readonly namespaces: readonly string[];
  /** What must be there, with one pod at least. */
  readonly needed: (cluster: LiveCluster, lab: LiveLab) => readonly WorkloadRef[] | Promise<readonly WorkloadRef[]>;
}

/** Every workload of a backend has the pods that it wants, and those without which nothing works have one at least. */
export function running({ id, expects, namespaces, needed }: Running): ClusterCheck {
  return {
    id,
    expects,
    ofCluster: async (cluster, lab) => {
      const wanted = await needed(cluster, lab);
      const all = [...new Set([...namespaces, ...wanted.map(({ namespace }) => namespace)])];
      const there = (await Promise.all(all.map((namespace) => workloadsIn(cluster, namespace)))).flat();
      const own = there.filter(({ ref }) => namespaces.includes(ref.namespace) || isAmong(wanted, ref));
      return verdict(
        [
          ...wanted
            .filter((ref) => !isAmong(refsOf(own), ref))
            .map(({ kind, namespace, name }) => `there is no ${kind} ${name} in ${namespace}`),
          ...own.flatMap(({ ref, desired, available }) => [
            desired === 0 && isAmong(wanted, ref) && `${ref.name} has no pod to run`,
            available < desired && `${available} of ${desired} pods of ${ref.name} are available`,
          ]),
        ],
        own.map(({ ref, available }) => `${ref.name} ${available}`).join(", ") || "it needs no pods here",
      );
    },
  };
}

/** A Deployment of a namespace, for a list of what is needed. */
export const deployment = (namespace: string, name: string): WorkloadRef => ({ kind: "Deployment", namespace, name });

/** A DaemonSet. */
export const daemonSet = (namespace: string, name: string): WorkloadRef => ({ kind: "DaemonSet", namespace, name });

/** How many pods a workload has; none where it is not there. */
export async function availability(
  kube: Pick<KubeReader, "get">,
  { kind, namespace, name }: WorkloadRef,
): Promise<Pick<Workload, "desired" | "available">> {
  const found = await kube.get({ apiVersion: "apps/v1", kind, namespace, name });
  return found ? workloadOf(kind, namespace, found) : { desired: 0, available: 0 };
}

interface Workload {
  readonly ref: WorkloadRef;
  /** Pods that it shall have. */
  readonly desired: number;
  /** Of those, how many can be called. */
  readonly available: number;
}

const refsOf = (workloads: readonly Workload[]) => workloads.map(({ ref }) => ref);

function isAmong(refs: readonly WorkloadRef[], { kind, namespace, name }: WorkloadRef): boolean {
  return refs.some((each) => each.kind === kind && each.namespace === namespace && each.name === name);
}

async function workloadsIn({ kube }: LiveCluster, namespace: string): Promise<Workload[]> {
  const found = await Promise.all(
    kinds.map(async (kind) => {
      const objects = await kube.list("apps/v1", kind, { namespace });
      return objects.map((object) => workloadOf(kind, namespace, object));
    }),
  );
  return found.flat().sort((a, b) => a.ref.name.localeCompare(b.ref.name));
}

function workloadOf(kind: WorkloadRef["kind"], namespace: string, { metadata, spec, status }: KubeObject): Workload {
  const ref = { kind, namespace, name: metadata.name };
  const counts = (status ?? {}) as Readonly<Record<string, number | undefined>>;
  if (kind === "DaemonSet") {
    return { ref, desired: counts.desiredNumberScheduled ?? 0, available: counts.numberAvailable ?? 0 };
  }
  const { replicas = 1 } = (spec ?? {}) as { readonly replicas?: number };
  return { ref, desired: replicas, available: counts.availableReplicas ?? 0 };
}
