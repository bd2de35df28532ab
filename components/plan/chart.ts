/** A Helm chart in one version. */
export interface Chart {
  /** In its repository; with the version, the name of its archive in a mirror. */
  readonly name: string;
  /** Exact, as the repository writes it: some begin with a v. */
  readonly version: string;
  /** Repository it comes from unless a mirror is configured. */
  readonly repository: string;
  /** The page that says which release is the newest, and by which a reviewer sees that this pin is behind. */
  readonly source: string;
  /** ISO date on which somebody looked. */
  readonly reviewed: string;
  /** Commands that put its archive into the folder MIRROR, where `helm pull` from the repository cannot. */
  readonly archivedBy?: string;
}
