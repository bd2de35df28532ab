import { deepEqual, equal, match, ok } from "node:assert/strict";
import { type BackendName, backendNames } from "../../components/backends/profiles";
import type { RawConfig } from "../../components/config/validate";
import { mistakesOf, settingsOf } from "../support/demo";
import { addonsOf, cniConfiguration, type Recorded, type Run, runProgram } from "../support/mocks";

const tags = { owner: "team-a", "cost centre": "42/7" };
const all = { ...tags, "multicluster-lab": "test" };
const balancerTags = "service.beta.kubernetes.io/aws-load-balancer-additional-resource-tags";

const labOf = (backend: BackendName, more: RawConfig = {}) =>
  runProgram({ ...settingsOf(backend), tags: JSON.stringify(tags), ...more });

/** Kinds of AWS's resources that wear no tags at all: they belong to one that does. */
const untaggable = ["RolePolicyAttachment", "Route", "RouteTableAssociation", "PeeringConnectionOptions"];

function isOfAws({ type }: Recorded): boolean {
  return type.startsWith("aws:") && !untaggable.some((name) => type.endsWith(`:${name}`));
}

/** Names of the providers whose resources have all tags by default. */
function taggingProviders(run: Run): string[] {
  return run
    .all("pulumi:providers:aws")
    .filter(({ inputs }) => JSON.stringify(JSON.parse(inputs.defaultTags).tags) === JSON.stringify(all))
    .map(({ name }) => name);
}

describe("tags", () => {
  for (const backend of backendNames) {
    it(`are on everything that AWS makes for ${backend}`, async () => {
      const run = await labOf(backend);
      const providers = taggingProviders(run);
      equal(providers.length, run.all("pulumi:providers:aws").length);
      for (const resource of [...run.resources.filter(isOfAws), ...run.all("eks:index:ManagedNodeGroup")]) {
        const { provider = "" } = resource;
        const known = providers.some((name) => provider.includes(`::${name}::`));
        ok(
          known || resource.type.startsWith("eks:"),
          `${resource.type} ${resource.name} is made by ${provider || "nobody's"}`,
        );
      }

      const groups = run.all("eks:index:ManagedNodeGroup");
      for (const { name, inputs } of groups) {
        const template = run.one("aws:ec2/launchTemplate:LaunchTemplate", name);
        equal(inputs.launchTemplate.id, `${name}-id`);
        deepEqual(
          template.inputs.tagSpecifications,
          ["instance", "volume", "network-interface"].map((resourceType) => ({ resourceType, tags: all })),
        );
      }

      const balancers = run
        .all("kubernetes:core/v1:Service")
        .filter(({ inputs }) => inputs.spec?.type === "LoadBalancer");
      for (const { name, inputs } of balancers) {
        equal(inputs.metadata.annotations[balancerTags], "owner=team-a,cost centre=42/7,multicluster-lab=test", name);
      }

      if (addonsOf(run, "cluster1").includes("vpc-cni")) {
        deepEqual(JSON.parse(cniConfiguration(run, "cluster1").env.ADDITIONAL_ENI_TAGS ?? ""), all);
      }
    });
  }

  it("are on the interfaces that Cilium's operator attaches", async () => {
    const run = await labOf("cilium", { cilium: '{"datapath":"eni"}' });
    deepEqual(run.one("kubernetes:helm.sh/v3:Release", "cluster1-cilium").inputs.values.eni.eniTags, all);
  });

  it("have no equals sign, which load balancers would cut", () => {
    match(
      mistakesOf({ tags: '{"a=b":"c"}' })[0] ?? "",
      /^tags\.a=b: load balancers cannot have a tag with = in its name/,
    );
    match(mistakesOf({ tags: '{"a":"b=c"}' })[0] ?? "", /in its value/);
  });
});
