/** Values that several settings take. */
import { z } from "zod";
import { cidrProblem, prefixLength } from "./cidr";

/** An IPv4 network. */
export const cidr = z.string().superRefine((text, ctx) => {
  const problem = cidrProblem(text);
  if (problem) ctx.addIssue({ code: "custom", message: problem });
});

/** An IPv4 network whose prefix is between two, e.g. 16 and 24. */
export const cidrBetween = (longest: number, shortest: number) =>
  cidr.refine((text) => cidrProblem(text) !== undefined || within(prefixLength(text), longest, shortest), {
    message: `its prefix must be between /${longest} and /${shortest}`,
  });

const within = (value: number, least: number, most: number) => value >= least && value <= most;

/** A name in the DNS, as Services and namespaces have it. */
export const dnsLabel = (what: string) => z.string().regex(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, `not a valid ${what}`);

/** Whether a network lies in one that RFC 1918 sets aside. */
export function isPrivate(text: string): boolean {
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(text);
}
