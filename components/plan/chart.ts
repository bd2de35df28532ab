/** A Helm chart in one version. */
export interface Chart {
  readonly name: string;
  readonly version: string;
  /** Repository it comes from unless a mirror is configured. */
  readonly repository: string;
  /** Commands that put its archive into the folder MIRROR, where `helm pull` from the repository cannot. */
  readonly archivedBy?: string;
}
