/** Values of a chart, as far as they are known beforehand. */
export type ChartValues = Readonly<Record<string, unknown>>;

/** A Helm chart in one version. */
export interface Chart {
  /** In its repository; with the version, the name of its archive in a mirror. */
  readonly name: string;
  /** Exact, as the repository writes it: some begin with a v. */
  readonly version: string;
  /** Where it comes from unless a mirror is configured: `https://` of a chart repository or `oci://` of a registry. */
  readonly repository: string;
  /** Commands that put its archive into the folder MIRROR, where `helm pull` from the repository cannot. */
  readonly archivedBy?: string;
  /**
   * Values with which everything that it installs takes its images from another registry, under the same paths. Left out
   * where it installs nothing that runs.
   */
  readonly images?: (registry: string) => ChartValues;
}
