import { deepEqual, equal, match, ok } from "node:assert/strict";
import { backendNames } from "../../components/backends/profiles";
import { ConfigError } from "../../components/base/config-mistakes";
import type { RawConfig } from "../../components/config/validate";
import { checkedPlan } from "../../components/lab/checked-plan";
import { vcpuText } from "../../components/plan/vcpus";
import { base, clustersOf, planOf } from "../support/config";
import { settingsOf } from "../support/demo";

/** As `key: problem`. */
function refused(settings: RawConfig, stack = "test"): string[] {
  try {
    checkedPlan(stack, { ...base, ...settings }, "2026-11-23");
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes.map(({ key, problem }) => `${key}: ${problem}`);
    throw error;
  }
}

/** Networks of the internet, one each. */
const networks = (count: number) => JSON.stringify(Array.from({ length: count }, (_, each) => `8.8.${each}.0/24`));

describe("what AWS would refuse of a plan", () => {
  it("is nothing of any backend's default lab", () => {
    for (const backend of backendNames) deepEqual(refused(settingsOf(backend)), [], backend);
  });

  it("is a public endpoint for more than forty networks, the peers' counted", () => {
    deepEqual(refused({ adminCidrs: networks(39) }), []);
    const found = refused({ adminCidrs: networks(40) });
    equal(found.length, 2, "one for each API server");
    match(found[0] ?? "", /^adminCidrs: with 1 addresses of peers 41 may reach .* EKS takes 40$/);
  });

  it("is a security group of more than sixty rules, whoever they let in", () => {
    const people = refused({ demo: "{}", adminCidrs: networks(39), clusters: clustersOf(2) });
    deepEqual(people, []);
    const mesh = refused({
      backend: "cilium",
      clusters: clustersOf(10),
      cilium: '{"encryption":"wireguard","hubble":true}',
    });
    equal(mesh.length, 10);
    match(
      mesh[0] ?? "",
      /^clusters: the nodes of cluster1 would need \d+ ingress rules .* takes 60 on a security group$/,
    );
    const balancers = refused({
      backend: "loadbalancer",
      clusters: clustersOf(10),
      demo: '{"front":"cluster1","back":"cluster2"}',
      adminCidrs: networks(28),
    });
    ok(
      balancers.some((each) => each.includes("on a security group")),
      balancers.join("; "),
    );
  });

  it("is what the quota says that AWS raised", () => {
    const settings = {
      backend: "cilium",
      clusters: clustersOf(10),
      cilium: '{"encryption":"wireguard","hubble":true}',
    };
    deepEqual(refused({ ...settings, quotas: '{"securityGroupRules":200}' }), []);
  });

  it("is no private gateway over the internet where there is none", () => {
    const submariner = { backend: "submariner", interconnect: "internet" };
    deepEqual(refused(submariner), []);
    match(refused({ ...submariner, backend: "istio" })[0] ?? "", /^exposure: /);
  });

  it("is a stack of which EKS makes no name", () => {
    match(refused({}, "dev.eu")[0] ?? "", /^stack: dev\.eu-cluster1 would be no name of an EKS cluster/);
    match(refused({}, "x".repeat(95))[0] ?? "", /at most 100/);
  });

  it("is more vCPUs in a region than the account was said to take", () => {
    const quotas = (vcpus: number) => ({ quotas: JSON.stringify({ vcpus }) });
    deepEqual(refused(quotas(4)), []);
    deepEqual(refused({ ...quotas(3), clusters: clustersOf(2) }), [
      "nodes: the nodes in us-east-1 would have 4 vCPUs, and the account takes 3",
      "nodes: the nodes in us-west-2 would have 4 vCPUs, and the account takes 3",
    ]);
    match(refused({ ...quotas(7), clusters: clustersOf(2, ["us-east-1"]) })[0] ?? "", /us-east-1 would have 8 vCPUs/);
  });
});

describe("vCPUs", () => {
  it("are told of every region, and those of an upgrade with them", () => {
    equal(
      vcpuText(planOf().vcpus),
      "us-east-1: 4, up to 12 while nodes are replaced; us-west-2: 4, up to 12 while nodes are replaced",
    );
    equal(planOf({ backend: "submariner" }).vcpus[0]?.upgrading, 22, "gateways are a group of their own");
  });

  it("are a warning where a new account has fewer, unless the quota was said", () => {
    const warned = (settings: RawConfig) => planOf(settings).warnings.filter((each) => each.includes("vCPUs"));
    deepEqual(warned({}), []);
    match(warned({ backend: "submariner" })[0] ?? "", /more vCPUs than the 5 of a new account .*L-1216C47A/);
    match(warned({ nodes: '{"desired":3,"capacity":"spot"}' })[0] ?? "", /L-34B43A08/);
    deepEqual(warned({ backend: "submariner", quotas: '{"vcpus":6}' }), []);
  });
});
