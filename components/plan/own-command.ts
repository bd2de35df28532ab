/** A command that shows what joins the clusters, for whoever looks at a lab that is up. */
export interface OwnCommand {
  /** As it is typed. */
  readonly command: string;
  /** What there is to see. */
  readonly shows: string;
}
