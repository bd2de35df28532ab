/** What AWS would refuse of a plan, whatever setting it comes from. */
import type { ConfigMistake } from "../base/config-mistakes";
import { isEks } from "../config/cluster";
import type { ClusterPlan } from "../plan/cluster";
import { vcpuQuota } from "../plan/vcpus";
import type { LabPlan } from "./plan";

/** Ranges on the access list of a public endpoint (EKS user guide, service-quotas). */
const accessRanges = 40;
/** Of the rules of the security group that EKS makes for a cluster one is its own: members reach each other. */
const rulesOfEks = 1;

/** Everything that would be refused; empty when nothing would. */
export function planMistakes(plan: LabPlan): ConfigMistake[] {
  return [
    ...stackName(plan),
    ...vcpus(plan),
    ...plan.clusters.flatMap((cluster) => [...accessList(cluster, plan), ...rules(cluster, plan)]),
  ];
}

/** EKS API reference, CreateCluster: the name's characters and its length. */
const eksNames = /^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/;

/** With a hyphen at its end, `a-` with the cluster `k` would be called like `a` with `-k`. */
function stackName({ name, clusters }: LabPlan): ConfigMistake[] {
  const wrong = clusters.filter(isEks).find(({ eksName }) => !eksNames.test(eksName));
  if (!wrong && !name.endsWith("-")) return [];
  return [
    {
      key: "stack",
      given: name,
      problem: wrong
        ? `${wrong.eksName} would be no name of an EKS cluster: letters, digits, - and _, at most 100`
        : "ends with a hyphen, which is what stands between a lab's name and its clusters'",
      fix: "Choose another name for the stack with pulumi stack rename NAME, or set labName.",
    },
  ];
}

function accessList({ name, apiSources }: ClusterPlan, { config }: LabPlan): ConfigMistake[] {
  const wanted = apiSources.length;
  if (wanted <= accessRanges) return [];
  const peers = wanted - config.adminCidrs.length;
  return [
    {
      key: "adminCidrs",
      given: `${config.adminCidrs.length} networks`,
      problem: `with ${peers} addresses of peers ${wanted} may reach the API server of ${name}, and EKS takes ${accessRanges}`,
      fix: `Put networks together: ${accessRanges - peers} are left.`,
    },
  ];
}

function rules({ name, ingressRules }: ClusterPlan, { config }: LabPlan): ConfigMistake[] {
  const most = config.quotas.securityGroupRules;
  const wanted = ingressRules.length + rulesOfEks;
  if (wanted <= most) return [];
  const ofPeople = ingressRules.filter(
    ({ source }) => source.kind === "cidr" && config.adminCidrs.includes(source.cidr),
  );
  const mostly =
    ofPeople.length * 2 > wanted
      ? { key: "adminCidrs", given: `${config.adminCidrs.length} networks` }
      : { key: "clusters", given: `${config.clusters.length} clusters` };
  return [
    {
      ...mostly,
      problem:
        `the nodes of ${name} would need ${wanted} ingress rules (${ofPeople.length} of them for adminCidrs), and an ` +
        `account takes ${most} on a security group`,
      fix: "Have fewer of them, or AWS raise the quota (vpc, L-0EA8095F) and say so in quotas.securityGroupRules.",
    },
  ];
}

function vcpus({ config, vcpus: regions }: LabPlan): ConfigMistake[] {
  const { nodes, quotas } = config;
  const most = quotas.vcpus;
  if (most === undefined) return [];
  return regions
    .filter(({ standing }) => standing > most)
    .map(({ region, standing }) => ({
      key: "nodes",
      given: `${nodes.desired} ${nodes.instanceType} a cluster`,
      problem: `the nodes in ${region} would have ${standing} vCPUs, and the account takes ${most}`,
      fix: `Have fewer or smaller nodes, or AWS raise the quota (${vcpuQuota(nodes)}) and say so in quotas.vcpus.`,
    }));
}
