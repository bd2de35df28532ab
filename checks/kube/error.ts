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

/** An answer that is no success, by the Status object in it if there is one. */
export function refusal(status: number, text: string): KubeError {
  try {
    const said = JSON.parse(text) as { reason?: string; message?: string; details?: { causes?: [] } };
    return new KubeError(status, said.reason ?? "", said.message ?? `HTTP ${status}`, said.details?.causes);
  } catch {
    return new KubeError(status, "", text.trim() || `HTTP ${status}`);
  }
}

/** A request that failed on its way; an error of many addresses has a code alone. */
export function noAnswer(origin: string, error: unknown): KubeError {
  const { name, code = name, message } = error as NodeJS.ErrnoException;
  if (name === "AbortError") return new KubeError(0, "Timeout", `${origin}: no answer in time`);
  // The fetch of the official client says the whole URL before it comes to the reason.
  return new KubeError(0, code, `${origin}: ${message.replace(/^.*reason: /s, "") || code}`);
}

/** A kubeconfig that cannot be read, or whose plugin gave nothing. */
export function noCredentials(error: unknown): KubeError {
  const said = error instanceof Error ? error.message.trim() : String(error);
  return new KubeError(0, "NoCredentials", `getting credentials: ${said}`);
}

/** What `request` finds; undefined when the API server says that it is not there. */
export async function unlessAbsent<T>(request: () => Promise<T>): Promise<T | undefined> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof KubeError && error.status === 404) return undefined;
    throw error;
  }
}
