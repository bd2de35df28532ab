/** What Submariner cannot do of what a configuration asks for. */
import type { ConfigMistake } from "../../base/config-mistakes";
import type { PartialBackendConfig } from "../../plan/backend-profile";
import { globalNumber } from "./addresses";
import { globalRanges } from "./names";
import type { SubmarinerSettings } from "./settings";

type Refusal = (config: PartialBackendConfig<SubmarinerSettings>) => ConfigMistake[];

/** All of them; each stays silent about what it cannot judge yet. */
export function submarinerRefusals(config: PartialBackendConfig<SubmarinerSettings>): readonly ConfigMistake[] {
  return [openCable, unreachableBroker, unknownBroker, unsaidBroker, globalNumbers].flatMap((refusal) =>
    refusal(config),
  );
}

const openCable: Refusal = ({ own, interconnect }) =>
  own?.cableDriver === "vxlan" && interconnect === "internet"
    ? [
        {
          key: "submariner.cableDriver",
          given: "vxlan",
          problem: "neither encrypts nor works through NAT, and interconnect is internet",
          fix: "Choose libreswan or wireguard, or set interconnect to peering.",
        },
      ]
    : [];

const unreachableBroker: Refusal = ({ interconnect, adminCidrs }) =>
  interconnect === "internet" && adminCidrs?.length === 0
    ? [
        {
          key: "adminCidrs",
          given: "[]",
          problem: "makes the broker's API server private, and interconnect: internet leaves the members no way to it",
          fix: "Name an administrator's network, or set interconnect to peering.",
        },
      ]
    : [];

const unknownBroker: Refusal = ({ own, clusters }) => {
  const names = clusters?.map(({ name }) => name);
  if (!own?.broker || !names || names.includes(own.broker)) return [];
  return [
    {
      key: "submariner.broker",
      given: JSON.stringify(own.broker),
      problem: "there is no such cluster",
      fix: `Clusters here: ${names.join(", ")}.`,
    },
  ];
};

/** By any rule of its own the broker would move when a cluster comes whose name the rule prefers. */
const unsaidBroker: Refusal = ({ own, clusters = [] }) => {
  if (!own || own.broker !== undefined || clusters.length <= 2) return [];
  return [
    {
      key: "submariner.broker",
      problem: "is missing: of more than two clusters the program chooses none, so that another cluster moves nothing",
      fix:
        "Name the cluster with the broker: pulumi config set --path submariner.broker NAME. Clusters here: " +
        `${clusters.map(({ name }) => name).join(", ")}.`,
    },
  ];
};

const globalNumbers: Refusal = ({ own, clusters }) => {
  if (!own || !clusters) return [];
  const names = clusters.map(({ name }) => name);
  const strangers = Object.keys(own.globalNumbers).filter((name) => !names.includes(name));
  const numberOf = (name: string) => globalNumber({ own }, name);
  const same = own.globalnet
    ? names.flatMap((name, index) => {
        const other = names.slice(0, index).find((before) => before !== name && numberOf(before) === numberOf(name));
        return other === undefined ? [] : [{ name, other }];
      })
    : [];
  return [
    ...strangers.map((name) => ({
      key: `submariner.globalNumbers.${name}`,
      problem: "there is no cluster of this name",
      fix: `Clusters: ${names.join(", ")}.`,
    })),
    ...same.map(({ name, other }) => ({
      key: `submariner.globalNumbers.${name}`,
      problem: `${name} and ${other} would both have the global addresses 242.${numberOf(name)}.0.0/16`,
      fix: `Give ${name} a number from 0 to ${globalRanges - 1} that no other cluster has.`,
    })),
  ];
};
