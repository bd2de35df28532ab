import { deepEqual, equal, match, ok } from "node:assert/strict";
import { type BackendName, backendNames } from "../../components/backends/profiles";
import { ConfigError } from "../../components/base/config-mistakes";
import { instanceType, instanceTypes } from "../../components/base/instance-types";
import type { RawConfig } from "../../components/config/validate";
import { boutiqueNames } from "../../components/demo/boutique";
import { nodesOf } from "../../components/lab/capacity";
import { checkedPlan } from "../../components/lab/checked-plan";
import { shortage } from "../../components/plan/packing";
import { allocatable, type PodDemand } from "../../components/plan/pods";
import { nodeObject } from "../../rehearsal/aws/cluster/nodes";
import { machineOf } from "../../rehearsal/aws/eks/machines";
import { base, configOf, planOf } from "../support/config";
import { settingsOf } from "../support/demo";

/** As `key: problem (fix)`. */
function refused(settings: RawConfig): string[] {
  try {
    checkedPlan("test", { ...base, ...settings }, "2026-11-23");
    return [];
  } catch (error) {
    if (error instanceof ConfigError)
      return error.mistakes.map(({ key, problem, fix }) => `${key}: ${problem} (${fix})`);
    throw error;
  }
}

const nodes = (settings: object): RawConfig => ({ nodes: JSON.stringify(settings) });
const pod = (name: string, count: PodDemand["count"], cpu: number, memory: number): PodDemand => ({
  name,
  count,
  requests: { cpu, memory },
});

function typeNamed(name: string) {
  const found = instanceType(name);
  ok(found, name);
  return found;
}

describe("instance types", () => {
  it("take as many pods as AWS's list says (amazon-vpc-cni-k8s, misc/eni-max-pods.txt)", () => {
    const listed: Readonly<Record<string, number>> = {
      "t3.nano": 4,
      "t3.micro": 4,
      "t3.small": 11,
      "t3a.small": 8,
      "t3.medium": 17,
      "t3a.large": 35,
      "t4g.xlarge": 58,
      "m5.large": 29,
      "m6g.medium": 8,
      "m7a.medium": 8,
      "m7i-flex.xlarge": 58,
      "c6a.2xlarge": 58,
      // 234 in the list, and EKS lets 110 run on less than thirty processors.
      "m5.4xlarge": 110,
      "m5.8xlarge": 234,
    };
    for (const [name, pods] of Object.entries(listed)) equal(typeNamed(name).pods, pods, name);
  });

  it("cost what AWS's price list says", () => {
    const listed: Readonly<Record<string, number>> = {
      "t3.medium": 0.0416,
      "t3a.large": 0.0752,
      "m5.xlarge": 0.192,
      "m7a.medium": 0.05796,
      "c6a.large": 0.0765,
      "r7g.8xlarge": 1.7136,
    };
    for (const [name, price] of Object.entries(listed)) equal(typeNamed(name).price, price, name);
  });

  it("are the same to the emulated AWS, which has them from elsewhere", () => {
    for (const type of instanceTypes) {
      const machine = machineOf(type.name);
      const { architecture, cpus, pods } = machine;
      deepEqual([architecture, cpus, pods], [type.architecture, type.vcpus, type.pods], type.name);
      const spec = {
        machine,
        labels: {},
        taints: [],
        name: "n",
        instanceId: "i",
        zone: "z",
        region: "r",
        address: "a",
      };
      const node = nodeObject({ ...spec, nodeGroup: "g", capacityType: "ON_DEMAND", kubeletVersion: "v1.35.0" });
      const { cpu, memory } = (node.status as { allocatable: { cpu: string; memory: string } }).allocatable;
      deepEqual(
        { cpu, memory },
        { cpu: `${allocatable(type).cpu}m`, memory: `${allocatable(type).memory}Mi` },
        type.name,
      );
    }
  });

  it("leave to pods what nodeadm does not reserve", () => {
    // 8 GiB less 7.5 %, 255 MiB and 11 a pod, and 100 before eviction; 2000m less 60 and 10.
    deepEqual(allocatable(typeNamed("t3a.large")), { cpu: 1930, memory: 7577 - 640 - 100 });
    equal(allocatable(typeNamed("m5.xlarge")).cpu, 3920);
  });
});

describe("nodes", () => {
  it("are of a type that the lab knows, with near names for those that it does not", () => {
    match(refused(nodes({ instanceType: "x9.huge" }))[0] ?? "", /^nodes\.instanceType: not known to the lab \(/);
    match(refused(nodes({ instanceType: "m5.huge" }))[0] ?? "", /not known to the lab; it knows m5\.large, m5\.xlarge/);
    match(refused(nodes({ instanceType: "m5large" }))[0] ?? "", /it knows m5\.large/);
    deepEqual(refused(nodes({ instanceType: "m6i.large" })), []);
  });

  it("have processors for which the demo's images exist", () => {
    const arm = nodes({ instanceType: "m7g.large" });
    match(refused({ ...arm, demo: "{}" })[0] ?? "", /architecture arm64, and the demo's images are for amd64 alone/);
    deepEqual(refused(arm), [], "without the demo");
  });

  it("carry the pods that the plan places, or are refused with the cheapest type that does", () => {
    const settings = (type: string, more: object = {}) => ({ ...nodes({ instanceType: type, ...more }), demo: "{}" });
    deepEqual(refused(settings("t3.nano")), [
      "nodes.instanceType: 2 of them do not carry what runs on cluster1: 15 pods are wanted, and they have 8 " +
        "(Choose a larger type (t3a.small is the cheapest that does), or raise nodes.desired.)",
    ]);
    match(refused(settings("t3.small", { desired: 1 }))[0] ?? "", /13 pods are wanted, and they have 11/);
    deepEqual(refused(settings("t3.small")), [], "with two of them");
  });

  it("by default carry each backend's lab, and the whole demo on one cluster too", () => {
    const placement = Object.fromEntries(boutiqueNames.map((name) => [name, "cluster1"]));
    for (const backend of backendNames) {
      deepEqual(refused(settingsOf(backend)), [], backend);
      deepEqual(refused(settingsOf(backend, { placement, useCases: ["service-to-service"] })), [], backend);
    }
  });

  it("by default are the cheapest on which a cluster survives one node's loss with a fifth to spare", () => {
    const roomy = (backend: BackendName, name: string) => {
      const plan = planOf(settingsOf(backend));
      return plan.clusters.every((each) => !shortage(each.pods, typeNamed(name), nodesOf(each, plan) - 1, 0.8));
    };
    const cheapest = instanceTypes.find(
      ({ name, architecture }) => architecture === "amd64" && backendNames.every((backend) => roomy(backend, name)),
    );
    equal(configOf().nodes.instanceType, cheapest?.name);
    ok(planOf(settingsOf("istio")).price.perHour <= 0.68);
  });
});

describe("a packing", () => {
  const type = typeNamed("t3a.large");

  it("counts pods, processors and memory, of which a daemon takes its part on every node", () => {
    equal(shortage([pod("a", 70, 0, 0)], type, 2), undefined);
    const daemon = pod("daemon", "each node", 0, 0);
    equal(shortage([pod("a", 69, 0, 0), daemon], type, 2), "71 pods are wanted, and they have 70");
    equal(shortage([pod("a", 2, 1931, 0)], type, 2), "3862 millicores are wanted, and they have 3860");
    equal(shortage([pod("a", 3, 0, 5000)], type, 2), "15000 MiB are wanted, and they have 13674");
  });

  it("sees that a pod does not fit between others although there is room in all", () => {
    equal(
      shortage([pod("large", 3, 1200, 10)], type, 2),
      "large wants 1200 millicores and 10 MiB, and no node has both left",
    );
  });
});
