/** What Istio cannot do of what a configuration asks for: deployment models that do not go together with the rest. */
import type { ConfigMistake } from "../../base/config-mistakes";
import { isEks } from "../../config/cluster";
import type { PartialBackendConfig } from "../../plan/backend-profile";
import { hiddenExports } from "../common/istio/exports";
import { everyHost } from "../common/istio/names";
import { hasGateways, isAmbient } from "./models";
import type { IstioSettings } from "./settings";

type Refusal = (config: PartialBackendConfig<IstioSettings>) => ConfigMistake[];

/** All of them; each stays silent about what it cannot judge yet. */
export function istioRefusals(config: PartialBackendConfig<IstioSettings>): readonly ConfigMistake[] {
  return [
    unroutedPods,
    portsOfGateways,
    hostsWithoutGateways,
    needlessPrimary,
    unknownPrimary,
    unsaidPrimary,
    remotesThere,
    otherThanAmbient,
    hostsInAmbient,
  ].flatMap((refusal) => refusal(config));
}

/** Clusters that are there already are refused for the flows to their pods (plan/backend-limits.ts). */
const unroutedPods: Refusal = ({ own, interconnect }) =>
  own?.network === "single" && interconnect === "internet"
    ? [
        {
          key: "istio.network",
          given: "single",
          problem: "sidecars call the peer's pods at their own addresses, which the internet does not route",
          fix: "Set it to multiple, or interconnect to peering.",
        },
      ]
    : [];

const portsOfGateways: Refusal = ({ own }) =>
  own && own.ports !== undefined && hasGateways({ own })
    ? [
        {
          key: "istio.ports",
          given: own.ports.join(", "),
          problem: "sidecars come in by gateways, and call no pod of a peer themselves",
          fix: "Leave it out, or set istio.network to single.",
        },
      ]
    : [];

const hostsWithoutGateways: Refusal = (config) => {
  const { own } = config;
  if (own && isAmbient({ own })) return [];
  if (!own || hasGateways({ own })) return hiddenExports("istio.exposedHosts", config);
  if (own.exposedHosts.includes(everyHost)) return [];
  return [
    {
      key: "istio.exposedHosts",
      given: own.exposedHosts.join(", "),
      problem: "on a single network there is no gateway that could hide a Service from the peers",
      fix: "Leave it out, or set istio.network to multiple.",
    },
  ];
};

const needlessPrimary: Refusal = ({ own }) =>
  own?.primary !== undefined && own.model === "multi-primary"
    ? [
        {
          key: "istio.primary",
          given: JSON.stringify(own.primary),
          problem: "with istio.model multi-primary every cluster is one",
          fix: "Leave it out, or set istio.model to primary-remote.",
        },
      ]
    : [];

const unknownPrimary: Refusal = ({ own, clusters }) => {
  const names = clusters?.map(({ name }) => name);
  if (own?.model !== "primary-remote" || own.primary === undefined || !names || names.includes(own.primary)) return [];
  return [
    {
      key: "istio.primary",
      given: JSON.stringify(own.primary),
      problem: "there is no such cluster",
      fix: `Clusters here: ${names.join(", ")}.`,
    },
  ];
};

/** By any rule of its own the primary would move when a cluster comes whose name the rule prefers. */
const unsaidPrimary: Refusal = ({ own, clusters = [] }) => {
  if (own?.model !== "primary-remote" || own.primary !== undefined || clusters.length <= 2) return [];
  return [
    {
      key: "istio.primary",
      problem: "is missing: of more than two clusters the program chooses none, so that another cluster moves nothing",
      fix:
        "Name the cluster whose istiod serves all: pulumi config set --path istio.primary NAME. Clusters here: " +
        `${clusters.map(({ name }) => name).join(", ")}.`,
    },
  ];
};

const remotesThere: Refusal = ({ own, clusters = [] }) => {
  const there = clusters.find((cluster) => !isEks(cluster));
  if (own?.model !== "primary-remote" || !there) return [];
  return [
    {
      key: "istio.model",
      given: "primary-remote",
      problem: `${there.name} is there already, and proxies find the primary by the host name of a load balancer on AWS; nobody has tried another way in`,
      fix: "Set it to multi-primary, or have the lab make all clusters.",
    },
  ];
};

/** Upstream's ambient multicluster is beta for one model, and alpha or not there for the others (istio.io, feature-status). */
const otherThanAmbient: Refusal = ({ own, clusters = [] }) => {
  if (!own || !isAmbient({ own })) return [];
  const there = clusters.find((cluster) => !isEks(cluster));
  return [
    ...(own.model === "primary-remote"
      ? [
          {
            key: "istio.model",
            given: own.model,
            problem: "a ztunnel goes by the istiod of its own cluster: ambient mode knows multi-primary alone",
            fix: "Leave it at multi-primary, or set istio.dataplane to sidecar.",
          },
        ]
      : []),
    ...(own.network === "single"
      ? [
          {
            key: "istio.network",
            given: own.network,
            problem: "several clusters on one network are alpha in ambient mode",
            fix: "Leave it at multiple, or set istio.dataplane to sidecar.",
          },
        ]
      : []),
    ...(there
      ? [
          {
            key: "istio.dataplane",
            given: "ambient",
            problem: `${there.name} is there already: its CNI and the Gateway API's definitions would change under what runs there`,
            fix: "Set it to sidecar, or have the lab make all clusters.",
          },
        ]
      : []),
  ];
};

const hostsInAmbient: Refusal = ({ own }) =>
  own && isAmbient({ own }) && !own.exposedHosts.includes(everyHost)
    ? [
        {
          key: "istio.exposedHosts",
          given: own.exposedHosts.join(", "),
          problem: "in ambient mode a Service is shared by its label istio.io/global, and the gateway hides none",
          fix: "Leave it out, or set istio.dataplane to sidecar.",
        },
      ]
    : [];
