/** Everything in AWS tells whose it is, also what Kubernetes and EKS make. */
import type { Declared } from "../base/declared";
import { list, type Props, type ResourceRule, unknown } from "../base/rule";
import { balancerOf } from "./balancers";

const mark = "multicluster-lab";
/** What instances are made of, each with tags of its own (EKS user guide, eks-using-tags). */
const ofInstances = ["instance", "volume", "network-interface"];

export const tagRule: ResourceRule = {
  id: "tagged",
  promise: "Everything in AWS has the lab's tag and those that are set, also nodes, their disks and load balancers",
  source: "docs/settings.md (tags); Security Hub, AWS Resource Tagging Standard; AWS Config required-tags",
  of: "resource",
  problems: (resource, declared) => {
    const { type, props, provider } = resource;
    if (type === "aws:ec2/launchTemplate:LaunchTemplate") {
      const of = new Map(list(props.tagSpecifications).map(({ resourceType, tags }) => [resourceType, tags]));
      return ofInstances.flatMap((kind) => missing(kind, of.get(kind), declared));
    }
    const balancer = balancerOf(resource);
    if (balancer) return missing("its load balancer", parsedList(balancer.tags), declared);
    return type.startsWith("aws:") ? missing("it", provider && defaultTags(provider), declared) : [];
  },
};

function missing(what: string, tags: unknown, declared: Declared): string[] {
  if (tags === unknown) return [];
  const has = (tags ?? {}) as Props;
  const wanted = [mark, ...Object.keys(declared.tags)].filter((name) => has[name] === undefined);
  return wanted.length > 0 ? [`${what} lacks the tag ${wanted.join(", ")}`] : [];
}

/** Providers keep settings that are not texts as JSON. */
function defaultTags({ defaultTags: given }: Props): unknown {
  const { tags } = typeof given === "string" ? JSON.parse(given) : (given ?? {});
  return tags;
}

/** As the controller of load balancers takes them apart. */
function parsedList(text: unknown): unknown {
  if (typeof text !== "string") return text;
  return Object.fromEntries(text.split(",").map((each) => each.split("=")));
}
