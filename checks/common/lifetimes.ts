import type { Lifetime } from "../../components/trust/lifetimes";
import { type ClusterCheck, fail, type Verdict, verdict, warning } from "./check";

/** The root and the cluster's own certificates are good today, and nobody has missed to renew one. */
export const certificatesLast: ClusterCheck = {
  id: "certificates-last",
  expects: "no certificate has ended or should have been renewed",
  ofCluster: async ({ name }, { certificates }) =>
    lifetimeVerdict(certificates.filter(({ cluster }) => cluster === undefined || cluster === name)),
};

const day = 24 * 3_600_000;

/** Fails when one of them has ended, warns when one should have been renewed, and names the next end. */
export function lifetimeVerdict(certificates: readonly Lifetime[], now = new Date()): Verdict {
  const byEnd = certificates.toSorted((a, b) => Date.parse(a.ends) - Date.parse(b.ends));
  const ended = byEnd.filter(({ ends }) => Date.parse(ends) <= now.getTime());
  if (ended.length > 0) {
    return fail(`${ended.map(({ name, ends }) => `${name} ended on ${dayOf(ends)}`).join("; ")}: run pulumi up`);
  }
  const due = byEnd.find(({ renewedFrom }) => Date.parse(renewedFrom) <= now.getTime());
  if (due) {
    const left = Math.floor((Date.parse(due.ends) - now.getTime()) / day);
    return warning(`${due.name} ends on ${dayOf(due.ends)}, in ${left} days: run pulumi up, which renews it`);
  }
  const [next] = byEnd;
  return verdict(
    [!next && "no certificate is known"],
    next ? `the next to end is ${next.name}, on ${dayOf(next.ends)}` : "",
  );
}

function dayOf(time: string): string {
  return time.slice(0, 10);
}
