/** Values that several settings take. */
import { z } from "zod";
import { cidrProblem, prefixLength } from "./cidr";
import { unusableFor } from "./special-networks";

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

/** A network in which hosts can have addresses. */
export const hostCidrBetween = (longest: number, shortest: number) =>
  cidrBetween(longest, shortest).superRefine((text, ctx) => {
    const special = cidrProblem(text) === undefined ? unusableFor(text) : undefined;
    if (special) ctx.addIssue({ code: "custom", message: `overlaps ${special.cidr}, which is ${special.what}` });
  });

const within = (value: number, least: number, most: number) => value >= least && value <= most;

/** A name in the DNS, as Services and namespaces have it. */
export const dnsLabel = (what: string) => z.string().regex(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, `not a valid ${what}`);
