/** The MTU that was planned is the one that nodes bear as a label and that the CNI is told. */
import { type Props, type Resource, type StackRule, unknown } from "../base/rule";
import { isNodeGroup } from "./nodes";

const label = "multicluster-lab/mtu";

export const mtuRule: StackRule = {
  id: "planned-mtu",
  promise: "All node groups bear one MTU of their pods, and the CNI is told it",
  source: "docs/architecture.md (the plan); EC2 user guide, network_mtu",
  of: "stack",
  problems: (resources) => {
    const groups = nodeGroups(resources).filter(({ props }) => props.labels !== unknown);
    const planned = [...new Set(groups.map(({ props }) => Number(props.labels?.[label])))];
    const unlabelled = groups.filter(({ props }) => !(Number(props.labels?.[label]) > 0));
    const [mtu = 0] = planned;
    return [
      ...unlabelled.map(({ name }) => `${name} has no label ${label}`),
      ...(unlabelled.length === 0 && planned.length > 1 ? [`nodes of one lab bear ${planned.join(" and ")}`] : []),
      ...(groups.length > 0 && unlabelled.length === 0 ? resources.flatMap((each) => ofCni(each, mtu)) : []),
    ];
  },
};

/** EKS's own. Of components the engine has outputs alone: they count where nothing has made their groups. */
function nodeGroups(resources: readonly Resource[]): readonly Resource[] {
  const all = resources.filter(({ type }) => isNodeGroup(type));
  const made = all.filter(({ type }) => type.startsWith("aws:"));
  return made.length > 0 ? made : all;
}

function ofCni({ type, name, props }: Resource, mtu: number): string[] {
  const told = toldCni(type, props);
  if (!told) return [];
  const { value, least } = told;
  if (value === unknown) return [];
  if (value === undefined) return [`${name} is told no MTU, and nodes were started for ${mtu}`];
  const fits = least ? Number(value) >= mtu : Number(value) === mtu;
  return fits ? [] : [`${name} is told ${value}, and nodes were started for ${mtu}`];
}

/** What a CNI is told. Cilium takes what it puts around packets off itself. */
function toldCni(type: string, props: Props): { readonly value: unknown; readonly least: boolean } | undefined {
  if (type === "aws:eks/addon:Addon" && props.addonName === "vpc-cni") {
    const { configurationValues: text = "{}" } = props;
    return { value: text === unknown ? unknown : JSON.parse(text).env?.POD_MTU, least: false };
  }
  if (type !== "kubernetes:helm.sh/v3:Release") return undefined;
  const { chart, values } = props;
  if (String(chart).includes("tigera-operator")) {
    return { value: values === unknown ? unknown : values?.installation?.calicoNetwork?.mtu, least: false };
  }
  if (isCilium(String(chart))) return { value: values === unknown ? unknown : values?.MTU, least: true };
  return undefined;
}

/** By its name in a repository, or by its file in a folder. */
function isCilium(chart: string): boolean {
  return chart === "cilium" || /\/cilium(-\d[^/]*\.tgz)?$/.test(chart);
}
