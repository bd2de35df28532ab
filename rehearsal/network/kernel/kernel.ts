import type { DesiredNetwork, VpcNetwork } from "../plan/desired";
import { backboneState } from "./backbone";
import { backboneDevice, deviceTo, type NamespaceNames, nodeDevice } from "./names";
import { nodeState } from "./node";
import { routerState } from "./router";
import type { ApiPort, Cable, KernelState } from "./state";

/** What interfaces in a VPC carry, and what the way to the internet does (EC2 user guide, network_mtu). */
const [mtuInVpc, mtuOfInternet] = [9001, 1500];

/** The network in terms of Linux. */
export function kernelState(network: DesiredNetwork, names: NamespaceNames, apiPort: ApiPort): KernelState {
  return {
    namespaces: [
      backboneState(network, names, apiPort),
      ...network.vpcs.map((vpc) => routerState(vpc, network, names)),
      ...network.vpcs.flatMap(({ nodes }) => nodes.map((node) => nodeState(node, names))),
    ],
    cables: [
      ...network.vpcs.map((vpc) => internetCable(vpc, names)),
      ...network.vpcs.flatMap((vpc) => nodeCables(vpc, names)),
      ...network.peerings.map(({ id, vpcIds: [a, b], mtu }): Cable => {
        const device = deviceTo("peering", id);
        return {
          mtu,
          ends: [
            { namespace: names.of(a), device },
            { namespace: names.of(b), device },
          ],
        };
      }),
    ],
  };
}

function internetCable({ id }: VpcNetwork, names: NamespaceNames): Cable {
  return {
    mtu: mtuOfInternet,
    ends: [
      { namespace: names.backbone, device: deviceTo("vpc", id) },
      { namespace: names.of(id), device: backboneDevice },
    ],
  };
}

function nodeCables({ id, nodes }: VpcNetwork, names: NamespaceNames): Cable[] {
  return nodes.map(({ instanceId }) => ({
    mtu: mtuInVpc,
    ends: [
      { namespace: names.of(id), device: deviceTo("node", instanceId) },
      { namespace: names.of(instanceId), device: nodeDevice },
    ],
  }));
}
