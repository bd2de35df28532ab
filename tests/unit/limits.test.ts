import { deepEqual, equal, match, ok } from "node:assert/strict";
import { backendNames } from "../../components/backends/profiles";
import { ConfigError } from "../../components/base/config-mistakes";
import type { RawConfig } from "../../components/config/validate";
import { checkedPlan } from "../../components/lab/checked-plan";
import { base, clustersOf } from "../support/config";
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
      demo: "{}",
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
});
