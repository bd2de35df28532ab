/** How long certificates last, and when they are made anew. */
import * as pulumi from "@pulumi/pulumi";

/** A certificate of the program's, by its lifetime. */
export interface Lifetime {
  /** Of its resource, e.g. `trust-root`. */
  readonly name: string;
  /** The cluster that shows it; the root is of none. */
  readonly cluster?: string;
  /** ISO time after which nobody takes it any more. */
  readonly ends: string;
  /** ISO time from which `pulumi up` makes it anew. */
  readonly renewedFrom: string;
}

/** What the engine knows of a certificate's lifetime. */
export interface Lasting {
  /** What people call it, e.g. `the root`. */
  readonly name: string;
  /** Whose it is; none for what all clusters share. */
  readonly cluster?: string;
  /** ISO time after which nobody takes it any more. */
  readonly ends: pulumi.Output<string>;
  /** From its beginning to its end. */
  readonly days: number;
}

/** Lifetime and time of renewal as the tls provider takes them: the last third is left for somebody to run `pulumi up`. */
export function renewedEarly(days: number): {
  readonly validityPeriodHours: number;
  readonly earlyRenewalHours: number;
} {
  return { validityPeriodHours: days * 24, earlyRenewalHours: days * 8 };
}

/** The same of all of these, as plain data. */
export function lifetimesOf(lasting: readonly Lasting[]): pulumi.Output<Lifetime[]> {
  return pulumi.all(
    lasting.map(({ name, cluster, ends, days }) =>
      ends.apply((end): Lifetime => {
        const early = renewedEarly(days).earlyRenewalHours * 3_600_000;
        const renewedFrom = new Date(Date.parse(end) - early).toISOString();
        return { name, ...(cluster === undefined ? {} : { cluster }), ends: end, renewedFrom };
      }),
    ),
  );
}

/** When `pulumi up` renews the first of them, and when it ends, for people. */
export function nextRenewal(lifetimes: readonly Lifetime[]): string {
  const [first] = lifetimes.toSorted((a, b) => Date.parse(a.renewedFrom) - Date.parse(b.renewedFrom));
  if (!first) return "no certificates";
  return `${first.name} ends ${first.ends.slice(0, 10)}; pulumi up renews it from ${first.renewedFrom.slice(0, 10)} on`;
}
