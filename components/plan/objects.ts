/** Kubernetes objects as data, as a backend answers with them. */

/** An object that belongs to a backend's way of exporting or protecting Services. */
export interface ExportObject {
  /** Name of the cluster on which it is made. */
  readonly cluster: string;
  /** What is made; its namespace is the Service's. */
  readonly manifest: Manifest;
}

/** A Kubernetes object as data. */
export interface Manifest {
  /** Group and version, e.g. `networking.k8s.io/v1`. */
  readonly apiVersion: string;
  /** E.g. `NetworkPolicy`; anything but that one is made as a custom resource. */
  readonly kind: string;
  /** What it is called, and what it bears. */
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  /** Left out for kinds that are complete with a name. */
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** Labels and annotations. */
export interface Metadata {
  /** By which selectors find an object. */
  readonly labels: Readonly<Record<string, string>>;
  /** What controllers read of it besides. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** For backends that need none. */
export const noMetadata: Metadata = { labels: {}, annotations: {} };
