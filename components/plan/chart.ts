/** A Helm chart in one version. */
export interface Chart {
  /** In its repository; with the version, the name of its archive in a mirror. */
  readonly name: string;
  /** Exact, as the repository writes it: some begin with a v. */
  readonly version: string;
  /** Repository it comes from unless a mirror is configured. */
  readonly repository: string;
  /** Commands that put its archive into the folder MIRROR, where `helm pull` from the repository cannot. */
  readonly archivedBy?: string;
}
