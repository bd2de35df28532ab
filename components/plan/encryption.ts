/** What keeps a call between clusters from whoever is on the way, and by what its caller is known. */
export interface CallEncryption {
  /** What hides it, e.g. `mutual TLS`; undefined where nothing does. */
  readonly method: string | undefined;
  /** Who encrypts and who decrypts, e.g. `sidecars, pod to pod`; undefined where nobody does. */
  readonly ends: string | undefined;
  /** By what the called side knows the caller, and who vouches for it. */
  readonly identity: string;
  /** What crosses in clear all the same, in words. Default: nothing. */
  readonly inClear?: string;
}
