import { z } from "zod";

/** Letters, digits and spaces of any script, and these signs (AWS General Reference, aws_tagging, "Tag naming limits"). */
const characters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/**
 * The equals sign divides name and value where load balancers are told their tags, and what follows a second one is lost
 * (cloud-provider-aws, getKeyValuePropertiesFromAnnotation).
 */
const divider = "=";

/** AWS takes 50 on a resource (same page); ten are left for those of the program, of EKS and of load balancers' controller. */
const most = 40;

/** Tags as a map of names to values. */
export const tagsSchema = z.record(z.string(), z.string()).superRefine((tags, ctx) => {
  const names = Object.keys(tags);
  if (names.length > most) {
    ctx.addIssue({
      code: "custom",
      message: `${names.length} tags: AWS takes 50 on a resource, and the lab adds some`,
    });
  }
  for (const [name, value] of Object.entries(tags)) {
    const problem = nameProblem(name) ?? valueProblem(value);
    if (problem) ctx.addIssue({ code: "custom", path: [name], message: problem });
  }
});

function nameProblem(name: string): string | undefined {
  if (name === "" || name.length > 128) return "its name must have 1 to 128 characters";
  if (/^aws:/i.test(name)) return "names that begin with aws: are AWS's own";
  if (name.includes(divider)) return "load balancers cannot have a tag with = in its name";
  return characters.test(name) ? undefined : "its name has characters that AWS does not take";
}

function valueProblem(value: string): string | undefined {
  if (value.length > 256) return "its value has more than 256 characters";
  if (value.includes(divider)) return "load balancers cannot have a tag with = in its value";
  return characters.test(value) ? undefined : "its value has characters that AWS does not take";
}

/** Tags of all that a lab makes: those that are set, and one that tells its lab. */
export function labTags(lab: string, tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { ...tags, "multicluster-lab": lab };
}
