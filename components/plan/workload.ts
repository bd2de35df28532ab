import type { ExportedService } from "./exports";

/** What the applications on the clusters want of a backend, as plain data: which of their Services cross clusters. */
export interface Workload {
  /** Namespace of all of it, on every cluster. */
  readonly namespace: string;
  /** Names of all its Services, on whichever cluster: nothing that a backend names in its namespace may have one of these. */
  readonly services: readonly string[];
  /** The Services that other clusters call. */
  readonly exports: readonly ExportedService[];
  /** The Service that people call with a browser, and the clusters that have it. */
  readonly website: {
    readonly name: string;
    readonly port: number;
    readonly clusters: readonly string[];
  };
}
