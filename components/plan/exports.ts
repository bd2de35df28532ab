/**
 * What it takes to call a Service from another cluster: asked of a backend, answered as plain data. The words are those of
 * the Multi-Cluster Services API, whichever way the backend goes.
 */

import type { ExportObject, Metadata } from "./objects";
import type { Admission, PodSecurity, Protection } from "./protection";

/** A Service that other clusters call. */
export interface ExportedService {
  /** Of the Service where it has instances; its pods have the label `app` of this value. */
  readonly name: string;
  /** The same in every cluster. */
  readonly namespace: string;
  /** Its number among the workload's Services, from 0: the same whatever else is exported. */
  readonly ordinal: number;
  /** Where the Service listens. */
  readonly port: number;
  /** Where its pods listen. */
  readonly targetPort: number;
  /** Name of the Service's port; begins with the protocol. */
  readonly portName: string;
  /** Clusters that have instances: one, or several for a global service. */
  readonly from: readonly string[];
  /** Clusters without instances that call it. */
  readonly to: readonly string[];
  /** One name for the instances of all these clusters, rather than a name for each. */
  readonly global: boolean;
  /** Of a global service: whether calls stay in their cluster while it has an instance. */
  readonly affinity: Affinity;
}

/** What can be chosen for a global service. */
export const affinities = ["spread", "local"] as const;

/** `spread`: calls go to instances everywhere. `local`: to those of the caller's cluster, and elsewhere when there is none. */
export type Affinity = (typeof affinities)[number];

/** A backend's answer. */
export interface ServiceExportPlan {
  /** DNS name under which it is called from the clusters in `to`, and everywhere where it is global. */
  readonly host: string;
  /** Labels of the Service, where it has instances and where it is without a selector. */
  readonly labels: Readonly<Record<string, string>>;
  /** Annotations of the Service, in the same places. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Clusters that need the same Service without a selector: it has no pods there, and the mesh knows where they are. */
  readonly selectorless: readonly string[];
  /** Further objects, and the clusters they belong to. */
  readonly objects: readonly ExportObject[];
  /** What makes it so, in words for the naming table. */
  readonly setup: string;
}

/** What a backend can export, and how. */
export interface ServiceExporter {
  /** What puts a namespace's pods into the mesh; nothing where every pod is in it. */
  readonly membership: { readonly namespace: Metadata; readonly pods: Metadata };
  /**
   * Whether pods trust other roots, or show certificates under them, only when they start anew. Default: they are told while
   * they run, or need none.
   */
  readonly rootsAtStart?: boolean;
  /** Affinities of global services, the default first; empty when there are none. */
  readonly affinities: readonly Affinity[];
  /** Why there are no global services, or not with every affinity. */
  readonly limits?: string;
  /**
   * All that it can export besides the workload's, where settings say what that is; their namespaces are made with them.
   * Default: whatever carries what `exportService` says.
   */
  readonly settledExports?: readonly Pick<ExportedService, "name" | "namespace">[];
  /** By what it keeps others out: in words for the table of the use case. */
  readonly accessControl: string;
  /**
   * The Pod Security Standard that the namespace can enforce: `restricted`, unless what the mesh adds to pods needs rights
   * that it forbids.
   */
  readonly podSecurity: PodSecurity;
  /** What refuses everybody who is not among the callers of `admissions`, which are those of the whole lab. */
  protect(admissions: readonly Admission[]): Protection;
  /** What offers a Service to other clusters, and the name under which they then call it. */
  exportService(exported: ExportedService): ServiceExportPlan;
}

/** An exported Service, and how the lab's backend exports it. */
export interface PlannedExport extends ExportedService {
  /** The backend's answer: its name in other clusters, and what makes it so. */
  readonly plan: ServiceExportPlan;
}
