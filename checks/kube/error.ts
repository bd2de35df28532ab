/** The API server's refusal, or its absence. */
export class KubeError extends Error {
  /**
   * @param status HTTP status; 0 when there was no answer
   * @param reason of the answer's Status object, e.g. `AlreadyExists`; of an absent answer the system's error code
   * @param details of the answer's Status object: which fields were wrong or in conflict
   */
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
    readonly details: readonly { reason?: string; message?: string; field?: string }[] = [],
  ) {
    super(message);
  }

  /** The cluster gave no answer, or no credentials for it could be had. */
  get unreachable(): boolean {
    return this.status === 0;
  }
}
